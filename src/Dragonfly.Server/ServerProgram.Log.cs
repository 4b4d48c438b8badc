// SPDX-License-Identifier: Apache-2.0
using Microsoft.Extensions.Logging;

namespace Dragonfly.Server;

internal sealed partial class ServerProgram
{
    [LoggerMessage(Level = LogLevel.Information, Message = "{Role} serves: {Addresses}")]
    private static partial void LogServing(ILogger logger, string role, string addresses);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Role} stops")]
    private static partial void LogStopping(ILogger logger, string role);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Role} did not end in order; its ports and files are released by the end of the process")]
    private static partial void LogBadEnd(ILogger logger, string role, Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Role} stopped")]
    private static partial void LogStopped(ILogger logger, string role);
}

// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.Logging;

namespace Dragonfly.Hosting.Grpc;

/// <summary>What the gRPC server logs.</summary>
internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} failed unexpectedly; the caller gets UNKNOWN.")]
    public static partial void MethodFailed(ILogger logger, string method, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Method}: the trailer {Name} ({Length} characters) is left out, headers would grow beyond 16 KiB.")]
    public static partial void TrailerDropped(ILogger logger, string method, string name, int length);
}

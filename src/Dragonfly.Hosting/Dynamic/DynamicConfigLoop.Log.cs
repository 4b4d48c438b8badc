// SPDX-License-Identifier: Apache-2.0
using Microsoft.Extensions.Logging;

namespace Dragonfly.Hosting.Dynamic;

public sealed partial class DynamicConfigLoop<TSnapshot>
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Dynamic configuration from {Source} changed.")]
    private partial void LogChanged(string source);

    [LoggerMessage(Level = LogLevel.Information, Message = "Dynamic configuration from {Source} is there.")]
    private partial void LogReady(string source);

    [LoggerMessage(Level = LogLevel.Information, Message = "Waiting for {What}.")]
    private partial void LogNotYet(string what);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Waiting for {What}; carrying on with the last known settings.")]
    private partial void LogWaiting(string what);
}

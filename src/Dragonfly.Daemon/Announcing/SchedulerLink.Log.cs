// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Microsoft.Extensions.Logging;

namespace Dragonfly.Daemon.Announcing;

/// <content>Log sentences.</content>
internal sealed partial class SchedulerLink
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Announced to scheduler {Endpoint}, {Sort}")]
    private partial void LogAnnounced(IPEndPoint endpoint, string sort);

    [LoggerMessage(Level = LogLevel.Information, Message = "Told scheduler {Endpoint} of {Count} whole tasks that are here")]
    private partial void LogTold(IPEndPoint endpoint, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Waiting for {Detail}; it is asked again until it answers")]
    private partial void LogWaiting(string detail);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Still waiting for {Detail}; asking again in {Pause}")]
    private partial void LogStillWaiting(string detail, TimeSpan pause);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Scheduler {Endpoint} went away: {Detail}; downloads go on without it")]
    private partial void LogLost(IPEndPoint endpoint, string detail);

    [LoggerMessage(Level = LogLevel.Information, Message = "Scheduler {Endpoint} could not be told that this host, or a peer of it, leaves: {Detail}")]
    private partial void LogNotLeft(IPEndPoint endpoint, string detail);
}

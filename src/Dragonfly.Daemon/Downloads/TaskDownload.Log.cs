// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Microsoft.Extensions.Logging;

namespace Dragonfly.Daemon.Downloads;

/// <content>Log sentences.</content>
internal sealed partial class TaskDownload
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Task {Task}: {Length} bytes are here, after {Took}")]
    private partial void LogFinished(TaskId task, long length, TimeSpan took);

    [LoggerMessage(Level = LogLevel.Information, Message = "Task {Task} is passed on to its caller without being stored: {Detail}")]
    private partial void LogPassing(TaskId task, string detail);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Task {Task}: {Length} bytes were fetched and passed on, after {Took}")]
    private partial void LogPassed(TaskId task, long length, TimeSpan took);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Task {Task} failed ({Kind}): {Detail}")]
    private partial void LogFailed(TaskId task, FailureKind kind, string detail);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Task {Task} stopped: {Detail}")]
    private partial void LogCancelled(TaskId task, string detail);

    [LoggerMessage(Level = LogLevel.Error, Message = "Task {Task} broke off by a fault of this daemon; the pieces stay")]
    private partial void LogBroken(TaskId task, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Task {Task}: {Reason} Its pieces are thrown away and the download begins anew")]
    private partial void LogRestarted(TaskId task, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Task {Task} changed at its origin; it is fetched anew")]
    private partial void LogChanged(TaskId task);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Task {Task}: {Count} stored pieces were changed on disk; they are fetched anew")]
    private partial void LogHealing(TaskId task, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Task {Task} is past its freshness and its origin cannot be asked ({Detail}); what is here is served")]
    private partial void LogStale(TaskId task, string detail);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Task {Task} is wanted by a caller of priority {Priority}")]
    private partial void LogJoined(TaskId task, Wire.Priority priority);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Task {Task} waits to know its schedulers")]
    private partial void LogAwaitsSchedulers(TaskId task);

    [LoggerMessage(Level = LogLevel.Information, Message = "Task {Task} goes on without its scheduler: {Detail}")]
    private partial void LogSchedulerLost(TaskId task, string detail);

    [LoggerMessage(Level = LogLevel.Information, Message = "Task {Task}: as many as may are at the origin; scheduler {Scheduler} is asked again in {Delay}")]
    private partial void LogOriginIsBusy(TaskId task, IPEndPoint scheduler, TimeSpan delay);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Task {Task}: no scheduler answers; hosts known from before are asked")]
    private partial void LogWithoutScheduler(TaskId task);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Task {Task}: {Count} parents came unasked, in place of those that are gone")]
    private partial void LogParentsUnasked(TaskId task, int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "Task {Task}: parent {Parent} tells no more: {Detail}")]
    private partial void LogParentLost(TaskId task, IPEndPoint parent, string detail);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Task {Task}: piece {Number} failed at parent {Parent}: {Detail}")]
    private partial void LogPieceFailed(TaskId task, int number, IPEndPoint parent, string detail);

    [LoggerMessage(Level = LogLevel.Information, Message = "Task {Task}: the origin failed: {Detail}")]
    private partial void LogOriginFailed(TaskId task, string detail);
}

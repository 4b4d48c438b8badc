// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Dragonfly.Core.Ids;
using Microsoft.Extensions.Logging;

namespace Dragonfly.Daemon.Upload;

/// <content>What the piece server says.</content>
internal sealed partial class PieceServer
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "A child's connection could not be accepted; accepting goes on.")]
    private partial void LogAcceptFailed(Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "More than {Limit} connections of children at once: a new one was closed.")]
    private partial void LogTooMany(int limit);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} uploads did not end in time and were cut off.")]
    private partial void LogAborted(int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "Serving the child {Child} failed; its connection is closed.")]
    private partial void LogSessionFailed(Exception error, EndPoint? child);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The connection of child {Child} ended: {Reason}")]
    internal partial void LogSessionEnded(EndPoint? child, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The child {Child} was too slow: no progress for {Timeout}.")]
    internal partial void LogTooSlow(EndPoint? child, TimeSpan timeout);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Piece {Piece} of task {Task} was not as it had been stored and is dropped; the child is told that it is not here.")]
    internal partial void LogDropped(PieceNumber piece, TaskId task);
}

// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Dragonfly.Backends;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;
using Dragonfly.Daemon.Announcing;
using Dragonfly.Daemon.Pieces;
using Dragonfly.Protocol.Scheduler.V2;
using Dragonfly.Storage;

namespace Dragonfly.Daemon.Downloads;

/// <summary>Something that I/O tells a <see cref="TaskDownload"/>; its loop applies them in order.</summary>
internal abstract record TaskEvent
{
    private TaskEvent()
    {
    }

    /// <summary>Somebody joined or left: look.</summary>
    internal sealed record Woken : TaskEvent
    {
        /// <summary>The only one.</summary>
        public static Woken Instance { get; } = new();
    }

    /// <summary>The scheduler answered.</summary>
    /// <param name="Session">Which conversation.</param>
    /// <param name="Response">The answer.</param>
    internal sealed record Answered(SchedulerSession Session, AnnouncePeerResponse Response) : TaskEvent;

    /// <summary>The conversation with a scheduler ended without our final report.</summary>
    /// <param name="Session">Which conversation.</param>
    /// <param name="Failure">Why.</param>
    internal sealed record SessionLost(SchedulerSession Session, Failure Failure) : TaskEvent;

    /// <summary>A scheduler let a question wait too long.</summary>
    /// <param name="Session">Which conversation.</param>
    /// <param name="Question">Which question of it, counted from 0.</param>
    internal sealed record AnswerOverdue(SchedulerSession Session, int Question) : TaskEvent;

    /// <summary>It is known now who the schedulers are.</summary>
    internal sealed record SchedulersKnown : TaskEvent;

    /// <summary>Time to ask a scheduler again that had let as many go to the origin as may.</summary>
    /// <param name="Link">Which scheduler.</param>
    internal sealed record Paused(SchedulerLink Link) : TaskEvent;

    /// <summary>Time to look for fetches that lag behind.</summary>
    internal sealed record Ticked : TaskEvent;

    /// <summary>A scheduler that did not know this host was told of it.</summary>
    /// <param name="Link">Which scheduler.</param>
    /// <param name="Failure">Null when it knows us now.</param>
    internal sealed record Announced(SchedulerLink Link, Failure? Failure) : TaskEvent;

    /// <summary>A parent told what it holds.</summary>
    /// <param name="Parent">The parent.</param>
    /// <param name="Generation">Its generation; null when it is a stock parent, which tells none.</param>
    /// <param name="Age">How long ago the parent's copy was known to be the origin's; null when unknown.</param>
    /// <param name="KeepAlive">It takes many requests on one piece connection.</param>
    internal sealed record ParentOpened(ParentState Parent, ContentGeneration? Generation, TimeSpan? Age, bool KeepAlive) : TaskEvent;

    /// <summary>A parent has a piece.</summary>
    /// <param name="Parent">The parent.</param>
    /// <param name="Number">The piece.</param>
    /// <param name="Range">Where it lies.</param>
    /// <param name="Endpoint">Where it serves it.</param>
    internal sealed record ParentHas(ParentState Parent, PieceNumber Number, ByteRange Range, IPEndPoint Endpoint) : TaskEvent;

    /// <summary>A parent will tell of no more pieces.</summary>
    /// <param name="Parent">The parent.</param>
    /// <param name="Failure">Null when it told all.</param>
    /// <param name="ContentLength">The length that it learnt, for a growing task.</param>
    internal sealed record ParentClosed(ParentState Parent, Failure? Failure, long? ContentLength) : TaskEvent;

    /// <summary>A fetch from a parent ended.</summary>
    /// <param name="Epoch">Which generation it belonged to.</param>
    /// <param name="Parent">The parent.</param>
    /// <param name="Number">The piece.</param>
    /// <param name="Result">The piece or why not.</param>
    /// <param name="Took">How long.</param>
    internal sealed record ParentFetched(int Epoch, ParentState Parent, PieceNumber Number, Result<FinishedPiece> Result, TimeSpan Took) : TaskEvent;

    /// <summary>The origin answered the opening request.</summary>
    /// <param name="Epoch">Which generation it belongs to.</param>
    /// <param name="Result">The answer, its body not yet read, or why not.</param>
    internal sealed record OriginOpened(int Epoch, Result<OriginResponse> Result) : TaskEvent;

    /// <summary>A fetch of one piece from the origin ended.</summary>
    /// <param name="Epoch">Which generation it belonged to.</param>
    /// <param name="Number">The piece.</param>
    /// <param name="Result">The piece or why not.</param>
    internal sealed record OriginFetched(int Epoch, PieceNumber Number, Result<FinishedPiece> Result) : TaskEvent;

    /// <summary>A piece of the origin's single stream is finished.</summary>
    /// <param name="Epoch">Which generation it belongs to.</param>
    /// <param name="Piece">The piece.</param>
    /// <param name="Turn">Ends when the stream may go on to the next piece; null when it need not wait.</param>
    internal sealed record OriginStreamed(int Epoch, FinishedPiece Piece, TaskCompletionSource? Turn) : TaskEvent;

    /// <summary>The caller of a content that is only passed on has taken a piece.</summary>
    /// <param name="Task">The generation that it belongs to.</param>
    /// <param name="Number">The piece.</param>
    internal sealed record HandedOver(StoredTask Task, PieceNumber Number) : TaskEvent;

    /// <summary>The origin's single stream ended.</summary>
    /// <param name="Epoch">Which generation it belonged to.</param>
    /// <param name="Failure">Null at its proper end.</param>
    internal sealed record OriginStreamEnded(int Epoch, Failure? Failure) : TaskEvent;

    /// <summary>The origin was asked whether a parent's stale copy is current.</summary>
    /// <param name="Epoch">Which generation it belongs to.</param>
    /// <param name="Parent">The parent.</param>
    /// <param name="Generation">The parent's generation.</param>
    /// <param name="IsCurrent">The copy may be used.</param>
    internal sealed record ParentChecked(int Epoch, ParentState Parent, ContentGeneration Generation, bool IsCurrent) : TaskEvent;

    /// <summary>Work in the background ended by a fault of ours.</summary>
    /// <param name="Failure">The fault.</param>
    internal sealed record Broken(Failure Failure) : TaskEvent;
}

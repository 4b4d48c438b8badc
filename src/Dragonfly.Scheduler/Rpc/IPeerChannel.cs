// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Protocol.Extensions;
using Dragonfly.Protocol.Scheduler.V2;
using Grpc.Core;

namespace Dragonfly.Scheduler.Rpc;

/// <summary>Where a task's loop leaves its answers to a peer: the announce stream, or a list in tests. Calls never block and never throw.</summary>
internal interface IPeerChannel
{
    /// <summary>Whether the client is one of ours: hosts and tasks are told in brief.</summary>
    bool WantsBriefMessages { get; }

    /// <summary>Whether the client takes new parents that it did not ask for (extension <c>push-parents</c>).</summary>
    bool TakesPushedParents { get; }

    /// <summary>The peer keeps nothing (extension <c>stores-nothing</c>): it is nobody's parent.</summary>
    bool StoresNothing => false;

    /// <summary>Sends an answer.</summary>
    void Send(AnnouncePeerResponse response);

    /// <summary>Ends the stream with an error.</summary>
    /// <param name="code">What sort.</param>
    /// <param name="detail">What it is.</param>
    /// <param name="verdict">A value of <see cref="Features.VerdictTrailer"/>, so that a client of ours does not go on without a scheduler; null for none.</param>
    void Fail(StatusCode code, string detail, string? verdict = null);

    /// <summary>Ends the stream in peace.</summary>
    void Complete();
}

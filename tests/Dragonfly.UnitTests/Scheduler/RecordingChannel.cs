// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Protocol.Scheduler.V2;
using Dragonfly.Scheduler.Rpc;
using Grpc.Core;

namespace Dragonfly.UnitTests.Scheduler;

/// <summary>A peer's stream that keeps what it is told.</summary>
internal sealed class RecordingChannel : IPeerChannel
{
    public bool WantsBriefMessages { get; init; }

    public bool TakesPushedParents { get; init; }

    public bool StoresNothing { get; init; }

    public List<AnnouncePeerResponse> Sent { get; } = [];

    public (StatusCode Code, string Detail)? Failure { get; private set; }

    public bool IsComplete { get; private set; }

    public AnnouncePeerResponse? Last => Sent.LastOrDefault();

    public IReadOnlyList<string> ParentIds => [.. Last?.NormalTaskResponse?.CandidateParents.Select(parent => parent.Id) ?? []];

    public bool IsSentToSource => Last?.NeedBackToSourceResponse is not null;

    public void Send(AnnouncePeerResponse response) => Sent.Add(response);

    public void Fail(StatusCode code, string detail, string? verdict = null) => Failure ??= (code, detail);

    public void Complete() => IsComplete = true;
}

// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Digests;
using Dragonfly.Core.Ids;
using Dragonfly.Storage;

namespace Dragonfly.Daemon.Downloads;

/// <summary>A checked request for a task's content. Immutable.</summary>
internal sealed record DownloadRequest
{
    /// <summary>The task that the request names.</summary>
    public required TaskId TaskId { get; init; }

    /// <summary>Where the content comes from.</summary>
    public required Uri Url { get; init; }

    /// <summary>Headers for the origin, the caller's credentials among them; no Range.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>The message as it came; registers repeat it.</summary>
    public required Wire.Download Wire { get; init; }

    /// <summary>What the store remembers.</summary>
    public required TaskDetails Details { get; init; }

    /// <summary>The part that is wanted; null for everything.</summary>
    public RangeRequest? Range { get; init; }

    /// <summary>Digest that the whole content must have.</summary>
    public ContentDigest? Digest { get; init; }

    /// <summary>Piece length that the request set; part of the id.</summary>
    public long? PieceLength { get; init; }

    /// <summary>Never ask the origin.</summary>
    public bool DisableBackToSource { get; init; }

    /// <summary>Ask the origin, not peers (a scheduler's seed trigger).</summary>
    public bool NeedBackToSource { get; init; }

    /// <summary>Go on to the end although whoever asked is gone: children may be waiting for a seed.</summary>
    public bool KeepGoing { get; init; }

    /// <summary>The caller takes pieces before the content's length is known (extension growing).</summary>
    public bool TakesGrowing { get; init; }

    /// <summary>The content was named by its digest, so it can never change.</summary>
    public bool IsImmutable { get; init; }
}

// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Core.Tasks;

/// <summary>
/// What sets the kinds of task apart. One engine serves all four and asks here, so that no code is copied per kind. Taken from the original
/// (interop/PROTOCOL.md §4.7, §7 and §9). Immutable.
/// </summary>
public sealed record TaskKindPolicy
{
    private static readonly TaskKindPolicy Standard = new()
    {
        Kind = TaskKind.Standard,
        MayGoToSource = true,
        IsEvictedForSpace = true,
        WaitsForParents = true,
    };

    private static readonly TaskKindPolicy Persistent = new()
    {
        Kind = TaskKind.Persistent,
        MayGoToSource = true,
        IsImported = true,
        IsReplicated = true,
        MayLackPieceDigests = true,
        TakesAutomaticPieceLength = true,
    };

    private static readonly TaskKindPolicy PersistentCache = new()
    {
        Kind = TaskKind.PersistentCache,
        IsImported = true,
        IsReplicated = true,
        MayLackPieceDigests = true,
    };

    private static readonly TaskKindPolicy Cache = Standard with { Kind = TaskKind.Cache, IsKeptInMemoryOnly = true };

    private TaskKindPolicy()
    {
    }

    /// <summary>The kind.</summary>
    public required TaskKind Kind { get; init; }

    /// <summary>Whether there is an origin that a peer may fall back to. A persistent cache task lives in the peers alone.</summary>
    public bool MayGoToSource { get; private init; }

    /// <summary>Whether the disk's watermarks may remove it. The persistent kinds go only when their time is over.</summary>
    public bool IsEvictedForSpace { get; private init; }

    /// <summary>Whether the content comes from a file of a user instead of a URL.</summary>
    public bool IsImported { get; private init; }

    /// <summary>Whether the scheduler keeps a number of copies.</summary>
    public bool IsReplicated { get; private init; }

    /// <summary>Whether pieces may have no digest: imported files are hard-linked into the store without being read.</summary>
    public bool MayLackPieceDigests { get; private init; }

    /// <summary>Whether the piece length of the request is not asked: it follows from the content's length alone.</summary>
    public bool TakesAutomaticPieceLength { get; private init; }

    /// <summary>Whether a peer without parents waits for some; otherwise the scheduler fails it at once.</summary>
    public bool WaitsForParents { get; private init; }

    /// <summary>Whether it never touches the disk.</summary>
    public bool IsKeptInMemoryOnly { get; private init; }

    /// <summary>The policy of a kind.</summary>
    /// <param name="kind">The kind, one of the four.</param>
    /// <returns>The policy.</returns>
    public static TaskKindPolicy Of(TaskKind kind) => kind switch
    {
        TaskKind.Standard => Standard,
        TaskKind.Persistent => Persistent,
        TaskKind.PersistentCache => PersistentCache,
        TaskKind.Cache => Cache,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There are four kinds of task."),
    };
}

// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Scheduler.Rpc;
using Dragonfly.Scheduler.Scheduling;

namespace Dragonfly.Scheduler.Resources;

/// <summary>
/// One download of one task on one host. Everything but the identity is changed by the task's loop only. Kept small (well under 5 KiB): a
/// hundred thousand of them are remembered for a day; no timers, no message objects, collections only when they are needed.
/// </summary>
internal sealed class SchedPeer
{
    private HashSet<string>? _blocked;

    /// <summary>Makes a pending peer.</summary>
    public SchedPeer(string id, SchedTask task, SchedHost host, long nowTicks)
    {
        Id = id;
        Task = task;
        Host = host;
        CreatedAtTicks = nowTicks;
        UpdatedAtTicks = nowTicks;
    }

    /// <summary>Its id.</summary>
    public string Id { get; }

    /// <summary>The task that it downloads.</summary>
    public SchedTask Task { get; }

    /// <summary>The host that it runs on.</summary>
    public SchedHost Host { get; }

    /// <summary>Its state; changed by the task's loop through <c>SchedTask.Move</c>.</summary>
    public PeerState State { get; set; }

    /// <summary>The priority that its request carried.</summary>
    public Wire.Priority Priority { get; set; }

    /// <summary>The part of the content that it wants; null for all.</summary>
    public Wire.Range? Range { get; set; }

    /// <summary>Pieces that it fetches at once; the original's default where the request sets none.</summary>
    public int ConcurrentPieces { get; set; } = 8;

    /// <summary>Whether it must go to the origin.</summary>
    public bool NeedsBackToSource { get; set; }

    /// <summary>It keeps no piece, so nobody is given it as a parent.</summary>
    public bool StoresNothing { get; set; }

    /// <summary>Why it may not go to the origin; <see cref="SourceBan.None"/> when it may.</summary>
    public SourceBan SourceBan { get; set; }

    /// <summary>Whether it holds one of the task's reserved source grants.</summary>
    public bool HoldsGrant { get; set; }

    /// <summary>When it was made, UTC ticks.</summary>
    public long CreatedAtTicks { get; }

    /// <summary>When it last changed, UTC ticks.</summary>
    public long UpdatedAtTicks { get; set; }

    /// <summary>When a piece was last reported, UTC ticks; 0 for never.</summary>
    public long PieceAtTicks { get; set; }

    /// <summary>Time from registration to the end, in ticks; 0 while it runs.</summary>
    public long CostTicks { get; set; }

    /// <summary>The stream to answer on; null when it is closed.</summary>
    public IPeerChannel? Channel { get; set; }

    /// <summary>It was taken off its task, for good.</summary>
    public bool IsRemoved { get; set; }

    /// <summary>Place in the task's list of peers.</summary>
    public int IndexInTask { get; set; } = -1;

    /// <summary>Place in the host's list of peers; guarded by the host.</summary>
    public int IndexInHost { get; set; } = -1;

    /// <summary>Since when it waits for an answer, UTC ticks; 0 when it does not wait.</summary>
    public long WaitingSinceTicks { get; set; }

    /// <summary>When it asked what is not answered yet, UTC ticks; 0 when nobody reads how long answers take.</summary>
    public long AskedAtTicks { get; set; }

    /// <summary>Mark of the walk that last came by; see <c>SchedTask</c>'s graph part.</summary>
    public int VisitMark { get; set; }

    /// <summary>Its parents.</summary>
    public List<ParentEdge>? Parents { get; set; }

    /// <summary>Its children.</summary>
    public List<SchedPeer>? Children { get; set; }

    /// <summary>The latest reasons for turning parents down; null until there is one.</summary>
    public RejectionLog? Rejections { get; set; }

    /// <summary>The pieces that it has.</summary>
    public PieceBitmap Pieces;

    /// <summary>What its pieces cost.</summary>
    public CostWindow Costs;

    /// <summary>Number of parents.</summary>
    public int InDegree => Parents?.Count ?? 0;

    /// <summary>Number of parents and children.</summary>
    public int Degree => InDegree + (Children?.Count ?? 0);

    /// <summary>Whether the answer to it is outstanding.</summary>
    public bool IsWaiting => WaitingSinceTicks != 0;

    /// <summary>Never offers this parent to the peer again; the list never shrinks.</summary>
    public void Block(string parentId) => (_blocked ??= new HashSet<string>(StringComparer.Ordinal)).Add(parentId);

    /// <summary>Whether a parent is blocked for this peer.</summary>
    public bool Blocks(string parentId) => _blocked is not null && _blocked.Contains(parentId);
}

// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Scheduler.Scheduling;

namespace Dragonfly.Scheduler.Resources;

/// <content>The graph parent → child. It has no cycle: an edge to oneself, an edge twice and an edge that closes a cycle are refused.</content>
internal sealed partial class SchedTask
{
    private readonly Stack<SchedPeer> _walk = new(0);
    private int _visit;

    /// <summary>Marks a child and everything below it, for one batch of questions to <see cref="IsMarked"/>.</summary>
    public void MarkDescendants(SchedPeer child)
    {
        _visit++;
        child.VisitMark = _visit;
        if (child.Children is not { Count: > 0 })
        {
            return;
        }

        _walk.Push(child);
        while (_walk.TryPop(out var peer))
        {
            if (peer.Children is not { } children)
            {
                continue;
            }

            foreach (var next in children)
            {
                if (next.VisitMark != _visit)
                {
                    next.VisitMark = _visit;
                    _walk.Push(next);
                }
            }
        }
    }

    /// <summary>Whether the last <see cref="MarkDescendants"/> came by a peer: as a parent it would close a cycle.</summary>
    public bool IsMarked(SchedPeer peer) => peer.VisitMark == _visit;

    /// <summary>Adds an edge, if the graph and the host's limit allow it.</summary>
    /// <returns><see cref="Rejection.None"/> when it was added.</returns>
    public Rejection TryAddEdge(SchedPeer parent, SchedPeer child)
    {
        if (parent == child)
        {
            return Rejection.Self;
        }

        if (!Contains(parent) || !Contains(child))
        {
            return Rejection.NotInTask;
        }

        MarkDescendants(child);
        if (IsMarked(parent) || IsParent(parent, child))
        {
            return Rejection.Cycle;
        }

        var load = new EdgeLoad(child.ConcurrentPieces * PieceLength * 8, ContentLength ?? 0, child.ConcurrentPieces);
        if (!parent.Host.Load.TryAdd(load, LoadLimitOf(parent.Host)))
        {
            return Rejection.LoadLimit;
        }

        (child.Parents ??= new List<ParentEdge>(3)).Add(new ParentEdge(parent, load));
        (parent.Children ??= new List<SchedPeer>(4)).Add(child);
        return Rejection.None;
    }

    /// <summary>Removes all edges to a peer's parents.</summary>
    public void DropParents(SchedPeer child)
    {
        if (child.Parents is not { Count: > 0 } parents)
        {
            return;
        }

        foreach (var edge in parents)
        {
            edge.Parent.Host.Load.Remove(edge.Load);
            RemoveChild(edge.Parent, child);
        }

        child.Parents = null;
        _wake |= _waiting.Count > 0;
    }

    /// <summary>Removes all edges to a peer's children.</summary>
    /// <returns>The children that it had.</returns>
    public static List<SchedPeer> DropChildren(SchedPeer parent)
    {
        if (parent.Children is not { Count: > 0 } children)
        {
            return [];
        }

        parent.Children = null;
        foreach (var child in children)
        {
            var index = child.Parents?.FindIndex(edge => edge.Parent == parent) ?? -1;
            if (index >= 0)
            {
                parent.Host.Load.Remove(child.Parents![index].Load);
                child.Parents.RemoveAt(index);
            }
        }

        return children;
    }

    /// <summary>Children that a host may serve at once.</summary>
    public int LoadLimitOf(SchedHost host) => host.Snapshot.IsSeed
        ? _shared.Dynamic.Current.SeedLoadLimit
        : _shared.Dynamic.Current.ClientLoadLimit;

    private static bool IsParent(SchedPeer parent, SchedPeer child)
    {
        if (child.Parents is not { } parents)
        {
            return false;
        }

        foreach (var edge in parents)
        {
            if (edge.Parent == parent)
            {
                return true;
            }
        }

        return false;
    }

    private static void RemoveChild(SchedPeer parent, SchedPeer child)
    {
        if (parent.Children is not { } children)
        {
            return;
        }

        var index = children.IndexOf(child);
        if (index < 0)
        {
            return;
        }

        children[index] = children[^1];
        children.RemoveAt(children.Count - 1);
        if (children.Count == 0)
        {
            parent.Children = null;
        }
    }
}

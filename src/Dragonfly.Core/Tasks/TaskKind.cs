// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Core.Tasks;

/// <summary>The four sorts of task; the numbers are the wire's TaskType. One engine serves all, led by a policy per kind.</summary>
public enum TaskKind
{
    /// <summary>Content of an origin, fetched on demand and evicted at will.</summary>
    Standard = 0,

    /// <summary>Content of an object store, kept in a number of copies.</summary>
    Persistent = 1,

    /// <summary>A user's file that lives only in the peers, in a number of copies.</summary>
    PersistentCache = 2,

    /// <summary>Content kept in memory only; defined by the wire, used by nobody.</summary>
    Cache = 3,
}

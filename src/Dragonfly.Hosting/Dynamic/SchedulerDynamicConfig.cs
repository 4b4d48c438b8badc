// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace Dragonfly.Hosting.Dynamic;

/// <summary>What a scheduler learns from its cluster. Immutable; the defaults are the original's (reference/server.md §1.4).</summary>
public sealed record SchedulerDynamicConfig
{
    /// <summary>Parents given to a peer at most; 1 to 20.</summary>
    public int CandidateParentLimit { get; init; } = 3;

    /// <summary>Peers looked at when choosing them; 10 to 1000.</summary>
    public int FilterParentLimit { get; init; } = 15;

    /// <summary>Children that a normal host may serve at once.</summary>
    public int ClientLoadLimit { get; init; } = 200;

    /// <summary>Children that a seed peer may serve at once.</summary>
    public int SeedLoadLimit { get; init; } = 2000;

    /// <summary>Priorities by application.</summary>
    public ImmutableArray<ApplicationPriority> Applications { get; init; } = [];
}

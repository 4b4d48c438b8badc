// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Manager.Membership;

/// <summary>Where changes of state are written.</summary>
internal interface IMemberStore
{
    /// <summary>Members whose row says active, with their keep-alive intervals.</summary>
    Task<IReadOnlyList<(Member Member, TimeSpan Interval)>> ListActiveAsync(CancellationToken cancellationToken);

    /// <summary>Writes a state. Answers the member's keep-alive interval, or null when it has no row.</summary>
    Task<TimeSpan?> SetActiveAsync(Member member, bool active, CancellationToken cancellationToken);

    /// <summary>Deletes members inactive since then; how many.</summary>
    Task<int> DeleteInactiveAsync(DateTime since, CancellationToken cancellationToken);
}

// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Manager.Membership;
using Microsoft.EntityFrameworkCore;

namespace Dragonfly.Manager.Data;

/// <summary>States of members in the tables <c>scheduler</c> and <c>seed_peer</c>. Thread safe.</summary>
internal sealed class MemberStore(ManagerDatabase database, TimeProvider time) : IMemberStore
{
    public async Task<IReadOnlyList<(Member Member, TimeSpan Interval)>> ListActiveAsync(CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext();
        var schedulers = await context.Schedulers.AsNoTracking().Where(x => x.State == MemberState.Active).ToListAsync(cancellationToken);
        var seeds = await context.SeedPeers.AsNoTracking().Where(x => x.State == MemberState.Active).ToListAsync(cancellationToken);
        return
        [
            .. schedulers.Select(x => (MemberOf(x), KeepAliveInterval.Of(x.Config))),
            .. seeds.Select(x => (MemberOf(x), KeepAliveInterval.Default)),
        ];
    }

    public async Task<TimeSpan?> SetActiveAsync(Member member, bool active, CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext();
        var now = time.GetUtcNow().UtcDateTime;
        var state = active ? MemberState.Active : MemberState.Inactive;
        TimeSpan interval;
        if (member.Kind == MemberKind.Scheduler)
        {
            if (await context.FindSchedulerAsync(member.Hostname, member.Ip, member.ClusterId, cancellationToken) is not { } row)
            {
                return null;
            }

            row.State = state;
            row.LastKeepAliveAt = active ? now : row.LastKeepAliveAt;
            row.UpdatedAt = now;
            interval = KeepAliveInterval.Of(row.Config);
        }
        else
        {
            if (await context.FindSeedPeerAsync(member.Hostname, member.Ip, member.ClusterId, cancellationToken) is not { } row)
            {
                return null;
            }

            row.State = state;
            row.UpdatedAt = now;
            interval = KeepAliveInterval.Default;
        }

        await context.SaveChangesAsync(cancellationToken);
        return interval;
    }

    public async Task<int> DeleteInactiveAsync(DateTime since, CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext();
        return await context.Schedulers.Where(x => x.State == MemberState.Inactive && x.UpdatedAt < since).ExecuteDeleteAsync(cancellationToken)
            + await context.SeedPeers.Where(x => x.State == MemberState.Inactive && x.UpdatedAt < since).ExecuteDeleteAsync(cancellationToken);
    }

    internal static Member MemberOf(Scheduler row) => new(MemberKind.Scheduler, row.HostName, row.Ip, row.SchedulerClusterId);

    internal static Member MemberOf(SeedPeer row) => new(MemberKind.SeedPeer, row.HostName, row.Ip, row.SeedPeerClusterId);
}

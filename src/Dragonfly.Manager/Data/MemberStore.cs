// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Manager.Membership;
using Microsoft.EntityFrameworkCore;

namespace Dragonfly.Manager.Data;

/// <summary>States of members in the tables <c>scheduler</c> and <c>seed_peer</c>. Thread safe.</summary>
internal sealed class MemberStore(ManagerDatabase database, TimeProvider time) : IMemberStore
{
    /// <summary>Plain SQL, because this runs at every start: EF's model would be built for it before the first caller needs it.</summary>
    public async Task<IReadOnlyList<(Member Member, TimeSpan Interval)>> ListActiveAsync(CancellationToken cancellationToken)
    {
        await using var connection = database.Engine.CreateConnection();
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT 0, host_name, ip, scheduler_cluster_id, config FROM scheduler WHERE state = 'active'
            UNION ALL SELECT 1, host_name, ip, seed_peer_cluster_id, '{}' FROM seed_peer WHERE state = 'active'
            """;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var active = new List<(Member, TimeSpan)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var kind = reader.GetInt32(0) == 0 ? MemberKind.Scheduler : MemberKind.SeedPeer;
            active.Add((new Member(kind, reader.GetString(1), reader.GetString(2), reader.GetInt64(3)), KeepAliveInterval.Of(reader.GetString(4))));
        }

        return active;
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

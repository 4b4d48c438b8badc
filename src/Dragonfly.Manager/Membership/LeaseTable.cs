// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Hosting.Http;
using Dragonfly.Manager.Data;
using Microsoft.Extensions.Logging;

namespace Dragonfly.Manager.Membership;

/// <summary>
/// Who is alive. A member is active as long as its lease, three of its own keep-alive intervals, which every keep-alive on any stream renews. Leases
/// are in memory; only changes between active and inactive are written, so thousands of members cost no writes. The row's state is what answers
/// are made of, and what a later manager that shares leases would read.
/// <para>
/// The original marks a member inactive when any stream of it ends, also an old one that is noticed late, and has no clock in the stream at all
/// (reference/server.md §1.7). Here each stream has a number, the lease remembers the highest that renewed it, and only the end of that one counts.
/// After a restart of the manager, rows that say active get one lease to prove it.
/// </para>
/// Locks: <see cref="_writing"/> around each change of state and its write, then <see cref="_gate"/> around the dictionary; renewing takes the
/// latter only. Thread safe.
/// </summary>
internal sealed partial class LeaseTable(IMemberStore store, ManagerDatabase database, TimeProvider time, ILogger<LeaseTable> logger)
    : IRoleService, IDisposable
{
    /// <summary>Leases in a table are looked at this often at least; exact expiry needs no more, for no lease is shorter.</summary>
    private static readonly TimeSpan LongestNap = TimeSpan.FromSeconds(1);

    /// <summary>How long a member stays listed as inactive, and how often that is checked: the original's values (hourly there).</summary>
    private static readonly TimeSpan KeepInactive = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan CleaningInterval = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Dictionary<Member, Lease> _leases = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly ILogger<LeaseTable> _logger = logger;
    private long _generations;
    private Task _loop = Task.CompletedTask;

    /// <summary>A number for a new stream.</summary>
    internal long NextGeneration() => Interlocked.Increment(ref _generations);

    public Task StartAsync(BoundAddresses addresses, CancellationToken cancellationToken)
    {
        _loop = RunAsync();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _loop;
    }

    public void Dispose()
    {
        _stop.Dispose();
        _writing.Dispose();
    }

    /// <summary>Renews the lease, making the member active when it was not. False when the member has no row: it must register first.</summary>
    internal async Task<bool> KeepAliveAsync(Member member, long generation, CancellationToken cancellationToken)
    {
        if (TryRenew(member, generation))
        {
            return true;
        }

        await _writing.WaitAsync(cancellationToken);
        try
        {
            if (TryRenew(member, generation))
            {
                return true;
            }

            if (await store.SetActiveAsync(member, active: true, cancellationToken) is not { } interval)
            {
                return false;
            }

            Grant(member, interval, generation);
            LogActive(member);
            return true;
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>The end of a stream: the member is inactive, unless a newer stream renewed its lease or the end is the manager's own.</summary>
    internal async Task EndAsync(Member member, long generation)
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        await _writing.WaitAsync();
        try
        {
            lock (_gate)
            {
                if (!_leases.TryGetValue(member, out var lease) || lease.Generation != generation)
                {
                    return;
                }

                _leases.Remove(member);
            }

            await WriteInactiveAsync(member);
            LogEnded(member);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Forgets a member whose row is gone, also when a keep-alive that found the row still there is just about to grant a lease.</summary>
    internal async Task ForgetAsync(Member member)
    {
        await _writing.WaitAsync();
        try
        {
            lock (_gate)
            {
                _leases.Remove(member);
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Gives an interval that changed to a lease that runs.</summary>
    internal void SetInterval(Member member, TimeSpan interval)
    {
        lock (_gate)
        {
            if (_leases.TryGetValue(member, out var lease))
            {
                lease.Length = LengthOf(interval);
            }
        }
    }

    /// <summary>Three intervals, within a second and ten minutes whatever a member claims.</summary>
    private static TimeSpan LengthOf(TimeSpan interval) =>
        3 * (interval < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1)
            : interval > TimeSpan.FromMinutes(10) ? TimeSpan.FromMinutes(10)
            : interval);

    private bool TryRenew(Member member, long generation)
    {
        lock (_gate)
        {
            if (!_leases.TryGetValue(member, out var lease))
            {
                return false;
            }

            lease.Expires = time.GetUtcNow() + lease.Length;
            lease.Generation = Math.Max(lease.Generation, generation);
            return true;
        }
    }

    private void Grant(Member member, TimeSpan interval, long generation)
    {
        var length = LengthOf(interval);
        lock (_gate)
        {
            _leases[member] = new Lease { Length = length, Expires = time.GetUtcNow() + length, Generation = generation };
        }
    }

    private async Task RunAsync()
    {
        try
        {
            await database.Ready.WaitAsync(_stop.Token);
            await AdoptAsync();
            var cleaned = time.GetTimestamp();
            while (true)
            {
                await Task.Delay(NextNap(), time, _stop.Token);
                await ExpireAsync();
                if (time.GetElapsedTime(cleaned) >= CleaningInterval)
                {
                    cleaned = time.GetTimestamp();
                    await CleanAsync();
                }
            }
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
            // StopAsync, where a database command fails in its own way. Rows keep saying active: a manager that comes back gives them one lease.
        }
    }

    private async Task AdoptAsync()
    {
        await _writing.WaitAsync(_stop.Token);
        try
        {
            foreach (var (member, interval) in await store.ListActiveAsync(_stop.Token))
            {
                if (!TryRenew(member, 0))
                {
                    Grant(member, interval, 0);
                }
            }
        }
        catch (Exception e) when (!_stop.IsCancellationRequested)
        {
            LogFailed("read who is active", e);
        }
        finally
        {
            _writing.Release();
        }
    }

    private TimeSpan NextNap()
    {
        lock (_gate)
        {
            var nap = LongestNap;
            var now = time.GetUtcNow();
            foreach (var lease in _leases.Values)
            {
                nap = lease.Expires - now < nap ? lease.Expires - now : nap;
            }

            return nap > TimeSpan.Zero ? nap : TimeSpan.Zero;
        }
    }

    private async Task ExpireAsync()
    {
        await _writing.WaitAsync(_stop.Token);
        try
        {
            foreach (var member in TakeExpired())
            {
                await WriteInactiveAsync(member);
                LogExpired(member);
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    private List<Member> TakeExpired()
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            var expired = _leases.Where(x => x.Value.Expires <= now).Select(x => x.Key).ToList();
            expired.ForEach(x => _leases.Remove(x));
            return expired;
        }
    }

    /// <summary>A write that fails is tried again with the next look: the member gets a lease of one nap.</summary>
    private async Task WriteInactiveAsync(Member member)
    {
        try
        {
            await store.SetActiveAsync(member, active: false, CancellationToken.None);
        }
        catch (Exception e)
        {
            LogFailed("write a member's state", e);
            lock (_gate)
            {
                _leases.TryAdd(member, new Lease { Length = LongestNap, Expires = time.GetUtcNow() + LongestNap, Generation = 0 });
            }
        }
    }

    private async Task CleanAsync()
    {
        try
        {
            await store.DeleteInactiveAsync((time.GetUtcNow() - KeepInactive).UtcDateTime, _stop.Token);
        }
        catch (Exception e) when (!_stop.IsCancellationRequested)
        {
            LogFailed("delete members that are long gone", e);
        }
    }

    private sealed class Lease
    {
        public required TimeSpan Length { get; set; }

        public required DateTimeOffset Expires { get; set; }

        public required long Generation { get; set; }
    }
}

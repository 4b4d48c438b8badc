// SPDX-License-Identifier: Apache-2.0
using System.Runtime;
using System.Runtime.InteropServices;

namespace Dragonfly.Hosting.Telemetry;

/// <summary>
/// Gives memory back when a program has become idle: a compacting collection, the C library's free pages, and code that is not in use. The collector alone keeps what a
/// busy time needed, because it only runs when something is allocated (measured in docs/decisions/0005-runtime-settings.md). One loop owns all state.
/// </summary>
public sealed partial class IdleMemory : IAsyncDisposable
{
    // Less than this allocated in one period means idle: timers and keep-alives of an idle daemon allocate some 100 KiB in that time.
    private const long IdleBytes = 1 << 20;

    // After this much was allocated since the last trim, trimming is worth its 10 to 30 ms again.
    private const long WorthBytes = 8 << 20;

    // A small heap grows by an aggressive collection (marks and new regions cost 2 to 6 MiB, measured); below this it is let alone.
    private const long WorthCollecting = 24 << 20;

    // What came back since the last trim, when it was idle all the time: timers wake, and the kernel brings 64 KiB with every page.
    private const long WorthAgain = 4 << 20;

    // A program that grew by this much did something for the first time (the manager's first call builds Entity Framework's model, 50 MiB), even
    // when it is not idle since.
    private const long NewCode = 24 << 20;

    // The whole process: beyond this, native memory of a busy time is worth giving back as well.
    private const long WorthResident = 100 << 20;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    // Between two trims of a program that stays idle: a trim reads a page table, some milliseconds.
    private const int RestingPeriods = 6;

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    /// <summary>Starts watching.</summary>
    /// <param name="time">The clock.</param>
    public IdleMemory(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        _loop = Task.Run(() => WatchAsync(time, _stop.Token));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    private static bool IsWorth((long Allocated, long Resident, int Ago)? trim, long allocated, long resident) =>
        trim is not { } last
        || allocated - last.Allocated > WorthBytes
        || (last.Ago >= RestingPeriods && resident - last.Resident > WorthAgain);

    private static void Trim(CodePages code)
    {
        if (GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes > WorthCollecting || Environment.WorkingSet > WorthResident)
        {
            Collect();
        }

        code.Release();
    }

    private static void Collect()
    {
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (OperatingSystem.IsLinux())
        {
            try
            {
                _ = MallocTrim(0);
            }
            catch (EntryPointNotFoundException)
            {
                // Not glibc.
            }
            catch (DllNotFoundException)
            {
                // Not glibc.
            }
        }
    }

    private static async Task WatchAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        var code = new CodePages();
        code.Remember();
        var last = GC.GetTotalAllocatedBytes();
        (long Allocated, long Resident, int Ago)? trim = null;
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                var now = GC.GetTotalAllocatedBytes();
                var resident = Environment.WorkingSet;
                trim = trim is { } old ? old with { Ago = old.Ago + 1 } : null;
                if (now - last < IdleBytes && IsWorth(trim, now, resident))
                {
                    Trim(code);
                    trim = (GC.GetTotalAllocatedBytes(), Environment.WorkingSet, 0);
                }
                else if (resident - (trim?.Resident ?? 0) > NewCode && resident > WorthResident)
                {
                    code.Release();
                    trim = (trim?.Allocated ?? 0, Environment.WorkingSet, 0);
                }
                else
                {
                    code.Remember();
                }

                last = now;
            }
        }
        catch (OperationCanceledException)
        {
            // The program ends.
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MallocTrim(nuint pad);
}

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

    // The whole process: beyond this, native memory of a busy time is worth giving back as well.
    private const long WorthResident = 100 << 20;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

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
        long trimmedAt = 0;
        var last = GC.GetTotalAllocatedBytes();
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                var now = GC.GetTotalAllocatedBytes();
                if (now - last < IdleBytes && (trimmedAt == 0 || now - trimmedAt > WorthBytes))
                {
                    Trim(code);
                    trimmedAt = GC.GetTotalAllocatedBytes();
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

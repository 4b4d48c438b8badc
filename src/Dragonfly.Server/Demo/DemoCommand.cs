// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using Dragonfly.Core.Failures;

namespace Dragonfly.Server.Demo;

/// <summary>The command <c>dragonfly demo</c>. Exit codes: 0 every hash is right, 1 not, 2 wrong command line, 130 interrupted.</summary>
/// <param name="output">Standard output.</param>
/// <param name="errors">Standard error.</param>
/// <param name="time">The clock.</param>
internal sealed class DemoCommand(TextWriter output, TextWriter errors, TimeProvider time)
{
    private const int Failed = 1;
    private const int WrongUsage = 2;
    private const int Interrupted = 130;

    /// <summary>Runs it.</summary>
    /// <param name="arguments">The words after <c>demo</c>.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(string[] arguments)
    {
        using var signals = new StopSignals(TimeProvider.System);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            // A closed terminal must not leave the cluster behind either.
            signal.Cancel = true;
            DemoProcess.Terminate(Environment.ProcessId);
        });
        try
        {
            if (arguments.Any(word => word is "-h" or "--help"))
            {
                output.Write(DemoOptions.Help);
                return 0;
            }

            return await RunAsync(DemoOptions.Parse(arguments), signals);
        }
        catch (OperationCanceledException) when (signals.Stop.IsCancellationRequested)
        {
            errors.WriteLine("dragonfly demo: interrupted; everything was stopped and removed");
            return Interrupted;
        }
        catch (DragonflyException exception)
        {
            errors.WriteLine($"dragonfly demo: {exception.Failure.Detail}");
            return exception.Failure is { Kind: FailureKind.Invalid, Source: FailureSource.Caller } ? WrongUsage : Failed;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or HttpRequestException)
        {
            errors.WriteLine($"dragonfly demo: {exception.Message}");
            return Failed;
        }
    }

    private static string FindDfget()
    {
        string path = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "dfget.exe" : "dfget");
        return File.Exists(path) ? path : throw new Failure(FailureKind.NotFound, FailureSource.Local, $"there is no dfget at {path}: build it with ./build").ToException();
    }

    private static void CheckRoom(DemoOptions options)
    {
        // Stored by the seed and by every peer, and written out by every peer; where the file system can share blocks it is less.
        long needed = options.Url is null ? options.Size.Bytes * ((2 * options.Peers) + 1) : 0;
        long free = new DriveInfo(Path.GetTempPath()).AvailableFreeSpace;
        if (needed > free)
        {
            throw new Failure(
                FailureKind.NoSpace,
                FailureSource.Local,
                $"the demo needs up to {DemoText.Size(needed)} in {Path.GetTempPath()}, which has {DemoText.Size(free)}: choose a smaller --size, or another folder by TMPDIR").ToException();
        }
    }

    private async Task<int> RunAsync(DemoOptions options, StopSignals signals)
    {
        CancellationToken stop = signals.Stop;
        string dfget = FindDfget();
        CheckRoom(options);
        var view = new DemoView(output, !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb"), options.Json, time);
        long startedAt = time.GetTimestamp();

        ulong seed = (ulong)startedAt;
        var content = new DemoContent(seed, options.Size.Bytes);
        await using DemoOrigin? origin = options.Url is null ? await DemoOrigin.StartAsync(content, seed) : null;
        Task<string> hashing = origin is null ? Task.FromResult("") : Task.Run(() => content.Sha256(stop), stop);
        await using DemoCluster cluster = DemoCluster.Create(time);

        view.Say($"Starting {(options.NoManager ? "" : "a manager, ")}a scheduler, a seed peer and {DemoText.Peers(options.Peers)} on this machine:");
        await cluster.StartAsync(options.Peers, !options.NoManager, process => view.Say($"  {process.Name,-10} serves after {DemoText.Seconds(process.ReadyAfter)}  (pid {process.Id})"), stop);
        TimeSpan started = time.GetElapsedTime(startedAt);
        string generated = await hashing;

        string url = origin?.Url ?? options.Url!;
        view.Say($"Downloading {url}{(origin is null ? "" : $" ({DemoText.Size(content.Length)}, generated)")} on {(options.Peers == 1 ? "" : "all ")}{DemoText.Peers(options.Peers)} at once:");
        List<DemoDownload> downloads = await DownloadAsync(cluster, dfget, url, options.Digest, view, stop);

        // Of a foreign URL no hash is known but what the user gave, which dfget has checked; then all must be the same.
        string expected = origin is null ? downloads[0].Sha256 : generated;
        long originBytes = origin?.Bytes ?? await DemoMetrics.OriginBytesAsync([cluster.Seed!, .. cluster.Peers], stop);
        var report = new DemoReport(url, expected, originBytes, downloads, started);
        output.WriteLine(options.Json ? report.ToJson() : $"\n{DemoText.Table(downloads, expected)}\n{DemoText.Saving(originBytes, report.Size, downloads.Count)}");
        output.Flush();
        if (options.Keep)
        {
            SayWhatNext(view, cluster, url);
            await signals.Stopped;
        }

        return report.Right ? 0 : Failed;
    }

    private async Task<List<DemoDownload>> DownloadAsync(
        DemoCluster cluster, string dfget, string url, string? digest, DemoView view, CancellationToken stop)
    {
        List<DemoDownload> downloads = [.. cluster.Peers.Select(peer => new DemoDownload(peer.Name, Path.Combine(cluster.Folder, peer.Name, "downloaded"), time))];
        Task all = Task.WhenAll(downloads.Zip(cluster.Peers, (download, peer) => download.RunAsync(dfget, cluster.SocketOf(peer), url, digest, stop)));
        await view.FollowAsync(downloads, all);
        await Task.WhenAll(downloads.Select(download => Task.Run(() => download.HashAsync(stop), stop)));
        return downloads;
    }

    private static void SayWhatNext(DemoView view, DemoCluster cluster, string url)
    {
        DemoProcess first = cluster.Peers[0];
        view.Say("\nThe cluster stays up until Ctrl-C. Try:");
        view.Say($"  dfget -e {cluster.SocketOf(first)} -O again.bin {url}      # from the peer's disk");
        view.Say($"  dfget -e {cluster.SocketOf(cluster.Peers[^1])} -O other.bin https://example.com/    # something else");
        if (first.Addresses.TryGetValue("metrics", out string? metrics))
        {
            view.Say($"  curl http://{metrics}/metrics      # what peer-1 counted");
        }

        if (cluster.Manager is { } manager && manager.Addresses.TryGetValue("rest", out string? rest))
        {
            view.Say($"  http://{rest}/      # the manager");
        }

        view.Say($"  {cluster.Folder}/*/output.log      # what they all say, and their configuration beside it");
    }
}

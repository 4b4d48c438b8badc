// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Dragonfly.Swarm.Cluster;

namespace Dragonfly.Swarm.Start;

/// <summary>Single downloads by dfget on two peers, a seed and a scheduler. Every output is compared with its SHA-256 after its time was taken.</summary>
internal sealed class DownloadTimes
{
    private readonly LoopbackCluster _cluster;
    private readonly CountingOrigin _origin;
    private readonly int _runs;
    private int _outputs;

    private DownloadTimes(LoopbackCluster cluster, CountingOrigin origin, int runs) => (_cluster, _origin, _runs) = (cluster, origin, runs);

    /// <summary>The 20 MiB file on two peers is fetched half as often.</summary>
    public static int TogetherRuns(int runs) => Math.Max(1, runs / 2);

    public static async Task<List<TimeRow>> MeasureAsync(string folder, int runs)
    {
        await using var origin = await CountingOrigin.StartAsync(seed: 13);
        await using var cluster = await LoopbackCluster.StartAsync(folder, peers: 2);
        var times = new DownloadTimes(cluster, origin, runs);
        var rows = new List<TimeRow>
        {
            new("start of `/bin/true`", await times.ProcessAsync("/bin/true"), "–", "0.7 ms"),
            new("`dfget --version`", await times.ProcessAsync(LoopbackCluster.Dfget, "--version"), "–", "–"),
        };

        var cached = Enumerable.Repeat(origin.Add("cached", 100), runs).ToArray();
        await times.GetAsync(0, cached[0]);
        rows.Add(await times.SeriesAsync("100 B, cached", 0, cached, "≤ 5 ms (must ≤ 60)", "10.7 ms"));

        var small = times.Files("small", 64 << 10);
        rows.Add(await times.SeriesAsync("64 KiB, new", 0, small, "–", "13.4 ms, 2 requests"));
        rows.Add(await times.SeriesAsync("64 KiB, held by another peer", 1, small, "≤ 20 ms", "12.5 ms, all from the origin"));

        var middle = times.Files("middle", (4 << 20) + 1);
        rows.Add(await times.SeriesAsync("4 MiB + 1, cold through the seed", 0, middle, "≤ 2 × direct", "618 ms"));
        rows.Add(await times.SeriesAsync("4 MiB + 1, held by seed and a peer", 1, middle, "≤ 20 ms", "185 ms"));
        rows.Add(await times.TogetherAsync());
        return rows;
    }

    private async Task<TimeRow> TogetherAsync()
    {
        const int Length = 20 << 20;
        var (before, requests) = (_origin.BodyBytes, _origin.Requests);
        var files = Enumerable.Range(0, TogetherRuns(_runs)).Select(run => _origin.Add($"large{run}", Length)).ToArray();
        var seconds = new List<double>();
        foreach (var file in files)
        {
            var both = await Task.WhenAll(GetAsync(0, file), GetAsync(1, file));
            seconds.Add(both.Max());
        }

        return new("20 MiB, cold, two peers start together: the one that ends last", [.. seconds], "≤ 150 ms", "650 ms", Seen(before, requests, (long)Length * files.Length, files.Length));
    }

    private (string Url, string Sha256)[] Files(string name, int length) => [.. Enumerable.Range(0, _runs).Select(run => _origin.Add($"{name}{run}", length))];

    private async Task<TimeRow> SeriesAsync(string what, int peer, (string Url, string Sha256)[] files, string aim, string original)
    {
        var (before, requests) = (_origin.BodyBytes, _origin.Requests);
        var seconds = new List<double>();
        long bytes = 0;
        foreach (var file in files)
        {
            seconds.Add(await GetAsync(peer, file));
            bytes += new FileInfo(Output(_outputs)).Length;
        }

        return new(what, [.. seconds], aim, original, Seen(before, requests, bytes, files.Length));
    }

    private string Seen(long bytesBefore, long requestsBefore, long fileBytes, int files) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(double)(_origin.BodyBytes - bytesBefore) / fileBytes:0.00} × the bytes, {(double)(_origin.Requests - requestsBefore) / files:0.00} requests a file");

    private async Task<double> GetAsync(int peer, (string Url, string Sha256) file)
    {
        var output = Output(Interlocked.Increment(ref _outputs));
        var seconds = await _cluster.GetAsync(peer, "-O", output, file.Url);
        await using var content = File.OpenRead(output);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(content)) == file.Sha256
            ? seconds
            : throw new InvalidOperationException($"{file.Url} arrived wrong on peer{peer}");
    }

    private string Output(int number) => Path.Combine(_cluster.Folder, string.Create(CultureInfo.InvariantCulture, $"out{number}"));

    private async Task<double[]> ProcessAsync(string program, params string[] words)
    {
        var seconds = new double[_runs];
        for (var run = 0; run < _runs; run++)
        {
            var started = Stopwatch.GetTimestamp();
            using var process = Process.Start(new ProcessStartInfo(program, words) { RedirectStandardOutput = true })!;
            await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            seconds[run] = Stopwatch.GetElapsedTime(started).TotalSeconds;
        }

        return seconds;
    }
}

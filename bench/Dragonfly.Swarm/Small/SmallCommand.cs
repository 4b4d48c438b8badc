// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Dragonfly.Swarm.Cluster;
using Dragonfly.Swarm.Wire;

namespace Dragonfly.Swarm.Small;

/// <summary>Many small files on several peers at once: every peer fetches all of them with one <c>dfget -i</c>. The origin should see each file once.</summary>
internal static class SmallCommand
{
    private const int Seed = 20240601;

    public static async Task<int> RunAsync(string[] words)
    {
        var (files, peers, jobs, report, keep) = (1000, 4, 16, (string?)null, false);
        for (var i = 0; i + 1 < words.Length; i += 2)
        {
            switch (words[i])
            {
                case "--files": files = int.Parse(words[i + 1], CultureInfo.InvariantCulture); break;
                case "--peers": peers = int.Parse(words[i + 1], CultureInfo.InvariantCulture); break;
                case "--jobs": jobs = int.Parse(words[i + 1], CultureInfo.InvariantCulture); break;
                case "--keep": keep = bool.Parse(words[i + 1]); break;
                case "--report": report = words[i + 1]; break;
                default: throw new ArgumentException($"small: unknown option {words[i]}");
            }
        }

        var folder = Directory.CreateTempSubdirectory("dfsmall").FullName;
        try
        {
            var text = await MeasureAsync(folder, files, peers, jobs);
            Console.WriteLine(text);
            if (report is not null)
            {
                await File.WriteAllTextAsync(report, text);
            }

            return text.Contains("**wrong", StringComparison.Ordinal) ? 1 : 0;
        }
        finally
        {
            // The programs' logs tell who read a file once more.
            if (keep)
            {
                Console.WriteLine($"Kept: {folder}");
            }
            else
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static async Task<string> MeasureAsync(string folder, int files, int peers, int jobs)
    {
        await using var origin = await CountingOrigin.StartAsync(Seed);
        var sizes = new Random(Seed);
        var wanted = new List<(string Name, string Url, string Sha256)>();
        long bytes = 0;
        for (var file = 0; file < files; file++)
        {
            var length = sizes.Next(64 << 10, (1 << 20) + 1);
            var name = $"file{file:0000}";
            var (url, sha256) = origin.Add(name, length);
            wanted.Add((name, url, sha256));
            bytes += length;
        }

        await using var cluster = await LoopbackCluster.StartAsync(folder, peers);
        var machine = new Machine();
        var (cpuBefore, dfgetBefore) = (cluster.CpuSeconds, ProcessUsage.EndedChildren());
        var started = Stopwatch.GetTimestamp();
        var perPeer = await Task.WhenAll(Enumerable.Range(0, peers).Select(async peer =>
        {
            var (outputs, list) = (Path.Combine(folder, $"out{peer}"), Path.Combine(folder, $"list{peer}"));
            Directory.CreateDirectory(outputs);
            await File.WriteAllLinesAsync(list, wanted.Select(file => $"{file.Url} {Path.Combine(outputs, file.Name)}"));
            return await cluster.GetAsync(peer, "-i", list, "-j", jobs.ToString(CultureInfo.InvariantCulture));
        }));
        var took = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var cpu = cluster.CpuSeconds - cpuBefore + ProcessUsage.EndedChildren() - dfgetBefore;
        var load = machine.Describe();
        var wrong = 0;
        for (var peer = 0; peer < peers; peer++)
        {
            foreach (var (name, _, sha256) in wanted)
            {
                await using var output = File.OpenRead(Path.Combine(folder, $"out{peer}", name));
                wrong += Convert.ToHexStringLower(await SHA256.HashDataAsync(output)) == sha256 ? 0 : 1;
            }
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            # `Dragonfly.Swarm small`

            {files} files of 64 KiB to 1 MiB (seeded sizes, {bytes / 1048576.0:0} MiB), {peers} peers, one seed, one scheduler, no manager, all on loopback; every peer runs one
            `dfget -i LIST -j {jobs}` for all files, in the same order, at the same time. The origin runs in the benchmark's process.

            {load}

            | what | value |
            | --- | --- |
            | total time | {took:0.00} s (by peer: {string.Join(", ", perPeer.Select(seconds => seconds.ToString("0.00", CultureInfo.InvariantCulture)))}) |
            | files/s over all peers | {files * peers / took:0} |
            | MiB/s over all peers | {bytes * peers / 1048576.0 / took:0} |
            | CPU of scheduler, seed, peers and dfgets together | {cpu:0.0} s, {cpu * 1000 / (files * peers):0.00} ms a delivered file |
            | origin body bytes / file bytes (aim ≤ 1.02) | {(double)origin.BodyBytes / bytes:0.0000} |
            | files read more than once | {origin.ReadAgain.Count}{string.Concat(origin.ReadAgain.Take(3).Select(name => $" {name}"))} |
            | origin requests a file | {(double)origin.Requests / files:0.000} |
            | SHA-256 of the {files * peers} outputs | {(wrong == 0 ? "all right" : $"**wrong: {wrong}**")} |

            """);
    }
}

// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using Dragonfly.Swarm.Cluster;

namespace Dragonfly.Swarm.Start;

/// <summary>What one waits for: single small downloads, starts and stops; and what idle programs cost. Beside it the original's numbers, measured alone on the same kind of machine.</summary>
internal static class StartCommand
{
    public static async Task<int> RunAsync(string[] words)
    {
        var (runs, report) = (20, (string?)null);
        for (var i = 0; i + 1 < words.Length; i += 2)
        {
            switch (words[i])
            {
                case "--runs": runs = int.Parse(words[i + 1], CultureInfo.InvariantCulture); break;
                case "--report": report = words[i + 1]; break;
                default: throw new ArgumentException($"start: unknown option {words[i]}");
            }
        }

        var folder = Directory.CreateTempSubdirectory("dfstart").FullName;
        try
        {
            var text = await MeasureAsync(folder, runs);
            Console.WriteLine(text);
            if (report is not null)
            {
                await File.WriteAllTextAsync(report, text);
            }

            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> MeasureAsync(string folder, int runs)
    {
        var machine = new Machine();
        var downloads = await DownloadTimes.MeasureAsync(Path.Combine(folder, "downloads"), runs);
        var roles = await RoleTimes.MeasureAsync(Path.Combine(folder, "roles"), runs);
        var text = new StringBuilder()
            .AppendLine("# `Dragonfly.Swarm start`").AppendLine()
            .AppendLine(CultureInfo.InvariantCulture, $"Published programs (`./build`) on loopback, medians of {runs} runs (of {DownloadTimes.TogetherRuns(runs)} for the 20 MiB file). dfget is timed from before its start until after its end by the benchmark's process, so").AppendLine("a start of `/bin/true`, first row, is in every number. The original's numbers were taken on an idle machine.").AppendLine()
            .AppendLine(machine.Describe()).AppendLine()
            .AppendLine("| what | median | fastest | slowest | aim | the original | origin |")
            .AppendLine("| --- | --- | --- | --- | --- | --- | --- |");
        foreach (var row in downloads.Concat(roles.Times))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {row.What} | {Milliseconds(Machine.Median(row.Seconds))} | {Milliseconds(row.Seconds.Min())} | {Milliseconds(row.Seconds.Max())} | {row.Aim} | {row.Original} | {row.Origin} |");
        }

        text.AppendLine().AppendLine("| program | idle resident 10 s after its start | aim | the original |").AppendLine("| --- | --- | --- | --- |");
        foreach (var (role, bytes, aim, original) in roles.Memory)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {role} | {bytes / 1048576.0:0.0} MiB | ≤ {aim} MiB | {original} MiB |");
        }

        text.AppendLine().AppendLine("| file | size | the original |").AppendLine("| --- | --- | --- |");
        var bin = Path.GetDirectoryName(LoopbackCluster.Dfget)!;
        var everything = Directory.EnumerateFiles(bin, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);
        var dfget = new FileInfo(LoopbackCluster.Dfget).Length;
        text.AppendLine(CultureInfo.InvariantCulture, $"| `dfget` (alone, native) | {dfget / 1048576.0:0.0} MiB | dfget 15.3 MiB |")
            .AppendLine(CultureInfo.InvariantCulture, $"| `dragonfly` with all its libraries: manager, scheduler, dfdaemon (needs the .NET runtime) | {(everything - dfget) / 1048576.0:0.0} MiB | manager 102.9, scheduler 79.8, dfdaemon 41.8 MiB |");
        return text.ToString();
    }

    private static string Milliseconds(double seconds) => (seconds * 1000).ToString(seconds < 0.1 ? "0.0" : "0", CultureInfo.InvariantCulture) + " ms";
}

// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace Dragonfly.Swarm.Wire;

/// <summary>The benchmark <c>wire</c>: for each place and size, all paths in turn, round after round, and medians of what was measured.</summary>
/// <param name="options">What to measure.</param>
internal sealed class WireCommand(WireOptions options)
{
    private const double BytesPerGibibyte = 1L << 30;

    public async Task<int> RunAsync()
    {
        var table = new StringBuilder();
        table.AppendLine("| place | GiB | path | GB/s | × nginx → curl | CPU s/GiB both | × nginx → curl | sender CPU s/GiB | receiver CPU s/GiB | peak MiB sender | receiver |");
        table.AppendLine("|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var place in options.Places)
        {
            foreach (var size in options.Sizes)
            {
                await MeasureAsync(place, size, table);
            }
        }

        Console.WriteLine(table);
        if (options.Output.Length > 0)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(options.Output))!);
            await File.WriteAllTextAsync(options.Output, Report(table.ToString()));
        }

        return 0;
    }

    private async Task MeasureAsync(string place, double size, StringBuilder table)
    {
        var length = (long)(size * BytesPerGibibyte);
        var folder = Directory.CreateDirectory(Path.Combine(place == "memory" ? "/dev/shm" : Path.GetTempPath(), $"wire-{Guid.NewGuid():N}")).FullName;
        var paths = new List<IWirePath>();
        try
        {
            var source = Path.Combine(folder, "source");
            await WriteSourceAsync(source, length);
            var nginx = await NginxCurlPath.StartAsync(folder);
            paths.Add(nginx);
            if (options.Paths.Contains("swarm"))
            {
                var swarm = await SwarmPath.StartAsync(source, nginx.Url);
                paths.Add(swarm);
                if (place == "disk" || HasRoomFor(6 * length))
                {
                    paths.Add(swarm.Copying());
                }
            }

            // The piece path alone shows where the swarm's costs are; once is enough, and each holds the file once more.
            var alone = size == options.Sizes.Min();
            if (alone && options.Paths.Contains("raw"))
            {
                paths.Add(await RawPath.StartAsync(folder, length, options.Connections, link: true, tls: false));
                paths.Add(await RawPath.StartAsync(folder, length, options.Connections, link: false, tls: false));
            }

            if (alone && options.Paths.Contains("tls"))
            {
                paths.Add(await RawPath.StartAsync(folder, length, options.Connections, link: true, tls: true));
            }

            var samples = paths.Select(_ => new List<WireSample>()).ToArray();
            for (var round = -1; round < options.Rounds; round++)
            {
                for (var i = 0; i < paths.Count; i++)
                {
                    var sample = await paths[i].RunAsync();

                    // The first round warms up caches and compilers.
                    if (round >= 0)
                    {
                        samples[i].Add(sample);
                    }
                }
            }

            for (var i = 0; i < paths.Count; i++)
            {
                AddRow(table, place, size, length, paths[i].Name, samples[i], samples[0]);
            }
        }
        finally
        {
            foreach (var path in paths)
            {
                await path.DisposeAsync();
            }

            Directory.Delete(folder, recursive: true);
        }
    }

    private static void AddRow(StringBuilder table, string place, double size, long length, string name, List<WireSample> own, List<WireSample> yardstick)
    {
        var gib = length / BytesPerGibibyte;
        var cpu = Median(own.Select(sample => sample.ServerCpu + sample.ClientCpu)) / gib;
        var yardstickCpu = Median(yardstick.Select(sample => sample.ServerCpu + sample.ClientCpu)) / gib;
        var ratio = Median(own.Zip(yardstick, (mine, theirs) => theirs.Seconds / mine.Seconds));
        table.AppendLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {place} | {size} | {name} | {length / Median(own.Select(sample => sample.Seconds)) / 1e9:F2} | {ratio:F2} | {cpu:F2} | {cpu / yardstickCpu:F2} | {Median(own.Select(sample => sample.ServerCpu)) / gib:F3} | {Median(own.Select(sample => sample.ClientCpu)) / gib:F2} | {own.Max(sample => sample.ServerPeak) >> 20} | {own.Max(sample => sample.ClientPeak) >> 20} |"));
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{place} {size} GiB {name}: {ratio:F2}x at {cpu / yardstickCpu:F2}x CPU ({cpu:F2} s/GiB)"));
    }

    /// <summary>A copy needs the length three times (the source, which is the warm peer's content too, the child's content, the output); twice that is left, since virtual machines give out memory that nobody used before slowly.</summary>
    private static bool HasRoomFor(long bytes) => bytes < GC.GetGCMemoryInfo().TotalAvailableMemoryBytes * 9 / 10;

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    private static async Task WriteSourceAsync(string path, long length)
    {
        await using var file = File.Create(path, 0);
        var block = new byte[4 << 20];
        var random = new Random(1);
        for (long done = 0; done < length; done += block.Length)
        {
            random.NextBytes(block);
            await file.WriteAsync(block.AsMemory(0, (int)Math.Min(block.Length, length - done)));
        }
    }

    private string Report(string table) =>
        $"""
        # One warm peer to one child, against nginx to curl

        `bench/Dragonfly.Swarm wire --sizes {string.Join(',', options.Sizes)} --rounds {options.Rounds} --where {string.Join(',', options.Places)} --paths {string.Join(',', options.Paths)}`.
        {Environment.ProcessorCount} cores, kernel {Environment.OSVersion.Version}, .NET {Environment.Version}. Paths alternate; medians over the rounds, ratios of each round's pair.
        GB/s moves with whatever else the machine does; the CPU columns move less. *piece path* is two processes with a store and the piece transport; *swarm* is the
        published programs: two daemons, a scheduler and dfget. Peaks are of resident memory over all rounds so far.

        {table}
        """;
}

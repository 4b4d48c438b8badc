// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Dragonfly.Swarm.Cluster;

/// <summary>What else the machine did during a run: numbers of a busy machine must say so themselves.</summary>
internal sealed class Machine
{
    private readonly (long Busy, long All) _before = Jiffies();
    private readonly string _loadBefore = Load();

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>A sentence on the load since this was made.</summary>
    public string Describe()
    {
        var (busy, all) = Jiffies();
        var share = 100.0 * (busy - _before.Busy) / Math.Max(1, all - _before.All);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Machine: {Environment.ProcessorCount} cores, load average of a minute {_loadBefore} before and {Load()} after the run, processors {share:0} % busy meanwhile (this benchmark included). Load before the run means that other work shared the cores: times are upper bounds then.");
    }

    private static string Load() => File.ReadAllText("/proc/loadavg").Split(' ')[0];

    private static (long Busy, long All) Jiffies()
    {
        long[] fields = [.. File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..].Select(text => long.Parse(text, CultureInfo.InvariantCulture))];
        return (fields.Sum() - fields[3] - fields[4], fields.Sum());
    }
}

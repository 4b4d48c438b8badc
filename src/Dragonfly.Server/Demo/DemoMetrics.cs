// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Dragonfly.Server.Demo;

/// <summary>Reads from the daemons' metrics how much they took from the origin: the only count when the origin is not ours.</summary>
internal static class DemoMetrics
{
    private const string Counter = "dragonfly_client_download_traffic";

    /// <summary>Adds up what all <paramref name="daemons"/> read from origins, bytes.</summary>
    public static async Task<long> OriginBytesAsync(IEnumerable<DemoProcess> daemons, CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        double sum = 0;
        foreach (DemoProcess daemon in daemons)
        {
            string text = await client.GetStringAsync($"http://{daemon.Addresses["metrics"]}/metrics", cancellationToken);
            sum += text.Split('\n').Where(IsOriginTraffic).Sum(line => double.Parse(line.AsSpan(line.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture));
        }

        return (long)sum;
    }

    private static bool IsOriginTraffic(string line) =>
        line.StartsWith(Counter, StringComparison.Ordinal) && line.Contains("BACK_TO_SOURCE", StringComparison.OrdinalIgnoreCase);
}

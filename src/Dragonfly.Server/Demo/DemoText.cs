// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace Dragonfly.Server.Demo;

/// <summary>Draws the demo's lines and its table; pure.</summary>
internal static class DemoText
{
    private const int BarWidth = 24;
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>Such as <c>256 MiB</c>.</summary>
    public static string Size(double bytes)
    {
        int unit = 0;
        for (; bytes >= 1000 && unit < Units.Length - 1; unit++)
        {
            bytes /= 1024;
        }

        return bytes.ToString(unit == 0 || bytes >= 99.95 ? "0" : bytes >= 9.995 ? "0.0" : "0.00", CultureInfo.InvariantCulture) + " " + Units[unit];
    }

    /// <summary>Such as <c>0.41 s</c>.</summary>
    public static string Seconds(TimeSpan time) => time.TotalSeconds.ToString(time.TotalSeconds < 10 ? "0.00" : "0.0", CultureInfo.InvariantCulture) + " s";

    /// <summary>One peer while it downloads.</summary>
    public static string Line(DemoDownload download)
    {
        double share = download.Total > 0 ? Math.Min(1, (double)download.Received / download.Total) : 0;
        int full = (int)(share * BarWidth);
        string bar = new string('=', full) + (full < BarWidth ? ">" : "") + new string(' ', Math.Max(0, BarWidth - full - 1));
        double speed = download.Elapsed > TimeSpan.Zero ? download.Received / download.Elapsed.TotalSeconds : 0;
        string left = download.Ended ? "done in " + Seconds(download.Elapsed)
            : speed > 0 && download.Total > 0 ? "ETA " + Seconds(TimeSpan.FromSeconds((download.Total - download.Received) / speed))
            : "waiting";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"  {download.Peer,-8} [{bar}] {Math.Floor(share * 100),3}% {Size(speed) + "/s",10} {left,-15} local {Size(download.Local)} · peers {Size(download.Peers)} · origin {Size(download.Origin)}");
    }

    /// <summary>The table of results.</summary>
    public static string Table(IReadOnlyList<DemoDownload> downloads, string expected)
    {
        string[][] rows =
        [
            ["peer", "time", "speed", "local", "from peers", "from origin", "SHA-256"],
            .. downloads.Select(download => new[]
            {
                download.Peer,
                Seconds(download.Elapsed),
                Size(download.Received / Math.Max(download.Elapsed.TotalSeconds, 1e-6)) + "/s",
                Size(download.Local),
                Size(download.Peers),
                Size(download.Origin),
                Verdict(download, expected),
            }),
        ];
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        var text = new StringBuilder();
        foreach (string[] row in rows)
        {
            // Names and verdicts to the left, numbers to the right.
            IEnumerable<string> cells = row.Select((cell, column) => column is 0 or 6 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]));
            text.Append("  ").AppendLine(string.Join("   ", cells).TrimEnd());
        }

        return text.ToString();
    }

    /// <summary>The line that matters.</summary>
    /// <param name="origin">Bytes that the origin sent.</param>
    /// <param name="size">Bytes of the content.</param>
    /// <param name="peers">How many downloaded it.</param>
    public static string Saving(long origin, long size, int peers)
    {
        long without = size * peers;
        double saved = without > 0 ? 1 - ((double)origin / without) : 0;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"The origin sent {Size(origin)} ({(size > 0 ? (double)origin / size : 0):0.00} × the file). Without Dragonfly it would have been {Size(without)} ({peers} × {Size(size)}): {Math.Max(0, saved) * 100:0}% saved.");
    }

    private static string Verdict(DemoDownload download, string expected) =>
        download.ExitCode != 0 ? $"failed ({download.ExitCode}): {download.Error}"
        : download.Sha256 == expected ? "equal " + expected[..12]
        : "DIFFERS";
}

// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Server.Demo;

/// <summary>Shows the demo while it runs: lines that move on a terminal, one line an event elsewhere, nothing with <c>--json</c>.</summary>
internal sealed class DemoView(TextWriter output, bool interactive, bool silent, TimeProvider time)
{
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(100);
    private readonly Lock _gate = new();
    private int _drawn;

    /// <summary>Writes a line.</summary>
    public void Say(string line)
    {
        if (!silent)
        {
            lock (_gate)
            {
                output.WriteLine(line);
                output.Flush();
            }
        }
    }

    /// <summary>Follows downloads until they end, or until the token says so.</summary>
    public async Task FollowAsync(IReadOnlyList<DemoDownload> downloads, Task all)
    {
        if (silent)
        {
            await all;
            return;
        }

        if (!interactive)
        {
            await Task.WhenAll(downloads.Select(download => SayEndAsync(download, all)));
            return;
        }

        using var timer = new PeriodicTimer(Refresh, time);
        output.Write("\e[?25l");
        try
        {
            Task<bool> tick = timer.WaitForNextTickAsync().AsTask();
            while (await Task.WhenAny(all, tick) != all)
            {
                Draw(downloads);
                tick = timer.WaitForNextTickAsync().AsTask();
            }

            Draw(downloads);
        }
        finally
        {
            output.Write("\e[?25h");
            output.Flush();
        }

        await all;
    }

    private async Task SayEndAsync(DemoDownload download, Task all)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        Task<bool> tick = timer.WaitForNextTickAsync().AsTask();
        long said = 0;
        while (!download.Ended && await Task.WhenAny(all, download.Finished, tick) == tick)
        {
            // A log wants news, not the same line every second.
            if (download.Received > said)
            {
                Say(DemoText.Line(download));
                said = download.Received;
            }

            tick = timer.WaitForNextTickAsync().AsTask();
        }

        Say(DemoText.Line(download));
    }

    private void Draw(IReadOnlyList<DemoDownload> downloads)
    {
        lock (_gate)
        {
            int width = Width();
            output.Write(_drawn > 0 ? $"\e[{_drawn}A" : "");
            foreach (DemoDownload download in downloads)
            {
                string line = DemoText.Line(download, width - 1);
                output.Write($"\e[2K{(line.Length < width ? line : line[..(width - 1)])}\n");
            }

            output.Flush();
            _drawn = downloads.Count;
        }
    }

    private static int Width()
    {
        try
        {
            return Console.WindowWidth is > 1 and var width ? width : 80;
        }
        catch (IOException)
        {
            return 80;
        }
    }
}

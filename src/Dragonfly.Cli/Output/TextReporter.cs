// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Cli.Get;
using Dragonfly.Cli.Wire;

namespace Dragonfly.Cli.Output;

/// <summary>Tells a person: a bar while it runs (on a terminal only), errors on standard error, a line a file when there are many.</summary>
internal sealed class TextReporter(Terminal terminal, Stream? results, GetOptions options, TimeProvider time) : IDownloadReporter
{
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(100);
    private static readonly string[] Levels = ["trace", "debug", "info", "warn", "error"];

    private readonly bool _bar = terminal.Interactive && !options.NoProgress;
    private readonly long _startedAt = time.GetTimestamp();
    private readonly ulong[] _done = new ulong[3];
    private ulong _doneTotal;
    private int _files;
    private long _drawnAt;
    private bool _drawn;

    /// <inheritdoc/>
    public TimeSpan TickInterval => _bar ? Refresh : TimeSpan.FromDays(1);

    /// <inheritdoc/>
    public void Started(Download download, StartedTask task) =>
        Log("info", $"{download.Item.Url}: task {task.TaskId}, {task.ContentLength} bytes in {task.Pieces.Count} pieces{(task.IsFinished ? ", all of them here" : "")}");

    /// <inheritdoc/>
    public void Piece(Download download, PieceArrival piece)
    {
        if (options.Console)
        {
            Log("debug", $"{download.Item.Url}: piece {piece.Number}, {piece.Length} bytes, from {Name(piece.Source)} {piece.ParentId}");
        }
    }

    /// <inheritdoc/>
    public void Tick(IReadOnlyList<Download> active)
    {
        if (_bar && active.Count > 0 && (!_drawn || time.GetElapsedTime(_drawnAt) >= Refresh))
        {
            Draw(active);
        }
    }

    /// <inheritdoc/>
    public void Finished(DownloadResult result)
    {
        Clear();
        _files++;
        for (int source = 0; source < _done.Length; source++)
        {
            _done[source] += result.Progress.BytesFrom((TrafficSource)source);
        }

        _doneTotal += result.Progress.Received;
        if (result.Failure is { } failure)
        {
            string named = result.Item.Url + ": ";
            terminal.WriteError(failure.Message.StartsWith(named, StringComparison.Ordinal) ? failure.Message : named + failure.Message, failure.Origin);
        }
        else if (results is not null)
        {
            Terminal.Write(results, $"{Summary(result)}  {result.Item.Url} -> {result.Item.Output}\n");
        }
        else if (_bar)
        {
            terminal.Write($"{Path.GetFileName(result.Item.Output)}: {Summary(result)}: {Sources(result.Progress)}\n");
        }
    }

    /// <inheritdoc/>
    public void Close() => Clear();

    private static string Summary(DownloadResult result)
    {
        double seconds = Math.Max(result.Elapsed.TotalSeconds, 1e-6);
        return $"{ByteText.Size(result.Progress.Received)} in {ByteText.Time(result.Elapsed)} ({ByteText.Speed(result.Progress.Received / seconds)})";
    }

    private static string Sources(DownloadProgress progress) =>
        $"{ByteText.Size(progress.BytesFrom(TrafficSource.Local))} local, {ByteText.Size(progress.BytesFrom(TrafficSource.Peers))} from peers, {ByteText.Size(progress.BytesFrom(TrafficSource.Origin))} from the origin";

    private static string Name(TrafficSource source) => source switch
    {
        TrafficSource.Local => "local",
        TrafficSource.Peers => "peers",
        _ => "origin",
    };

    private void Draw(IReadOnlyList<Download> active)
    {
        ulong received = _doneTotal;
        ulong total = _doneTotal;
        ulong[] bytes = [.. _done];
        foreach (Download download in active)
        {
            received += download.Progress.Received;
            total += download.Progress.Total ?? 0;
            for (int source = 0; source < bytes.Length; source++)
            {
                bytes[source] += download.Progress.BytesFrom((TrafficSource)source);
            }
        }

        string name = results is null ? Path.GetFileName(active[0].Item.Output) : $"{_files} done, {active.Count} running";
        var sources = (bytes[(int)TrafficSource.Local], bytes[(int)TrafficSource.Peers], bytes[(int)TrafficSource.Origin]);
        string line = ProgressLine.Render(name, received, results is null ? total : null, time.GetElapsedTime(_startedAt), sources, terminal.Width);
        terminal.Write($"\r\e[K{line}");
        _drawn = true;
        _drawnAt = time.GetTimestamp();
    }

    private void Clear()
    {
        if (_drawn)
        {
            terminal.Write("\r\e[K");
            _drawn = false;
        }
    }

    private void Log(string level, string message)
    {
        if (options.Console && Array.IndexOf(Levels, level) >= Array.IndexOf(Levels, options.LogLevel))
        {
            Clear();
            terminal.Write($"{level.ToUpperInvariant(),-5} {Terminal.Printable(message)}\n");
        }
    }
}

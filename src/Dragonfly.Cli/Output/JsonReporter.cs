// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Text.Json;
using Dragonfly.Cli.Get;
using Dragonfly.Cli.Wire;

namespace Dragonfly.Cli.Output;

/// <summary>Tells a program: one JSON object a line, the events <c>started</c>, <c>piece</c> and <c>result</c>.</summary>
internal sealed class JsonReporter(Stream stream) : IDownloadReporter
{
    private readonly ArrayBufferWriter<byte> _line = new(512);

    /// <inheritdoc/>
    public TimeSpan TickInterval => TimeSpan.FromDays(1);

    /// <inheritdoc/>
    public void Started(Download download, StartedTask task)
    {
        using var json = new Utf8JsonWriter(_line);
        Begin(json, "started", download.Item);
        json.WriteString("task_id", task.TaskId);
        json.WriteString("peer_id", task.PeerId);
        json.WriteString("host_id", task.HostId);
        json.WriteNumber("content_length", task.ContentLength);
        json.WriteNumber("pieces", task.Pieces.Count);
        json.WriteBoolean("is_finished", task.IsFinished);
        End(json);
    }

    /// <inheritdoc/>
    public void Piece(Download download, PieceArrival piece)
    {
        using var json = new Utf8JsonWriter(_line);
        Begin(json, "piece", download.Item);
        json.WriteNumber("number", piece.Number);
        json.WriteNumber("offset", piece.Offset);
        json.WriteNumber("length", piece.Length);
        json.WriteString("source", piece.Source switch
        {
            TrafficSource.Local => "local",
            TrafficSource.Peers => "peers",
            _ => "origin",
        });
        if (piece.ParentId is { } parent)
        {
            json.WriteString("parent_id", parent);
        }

        End(json);
    }

    /// <inheritdoc/>
    public void Tick(IReadOnlyList<Download> active)
    {
    }

    /// <inheritdoc/>
    public void Finished(DownloadResult result)
    {
        using var json = new Utf8JsonWriter(_line);
        Begin(json, "result", result.Item);
        json.WriteNumber("exit_code", (int)result.Code);
        if (result.Progress.Started is { } task)
        {
            json.WriteString("task_id", task.TaskId);
            json.WriteNumber("content_length", task.ContentLength);
        }

        json.WriteNumber("bytes", result.Progress.Received);
        json.WriteNumber("bytes_local", result.Progress.BytesFrom(TrafficSource.Local));
        json.WriteNumber("bytes_peers", result.Progress.BytesFrom(TrafficSource.Peers));
        json.WriteNumber("bytes_origin", result.Progress.BytesFrom(TrafficSource.Origin));
        json.WriteNumber("seconds", Math.Round(result.Elapsed.TotalSeconds, 6));
        if (result.Failure is { } failure)
        {
            WriteFailure(json, failure);
        }

        End(json);
    }

    /// <inheritdoc/>
    public void Close()
    {
    }

    /// <summary>Tells a failure that belongs to no download: nothing was begun.</summary>
    public void Failed(ToolException failure)
    {
        using var json = new Utf8JsonWriter(_line);
        json.WriteStartObject();
        json.WriteString("event", "result");
        json.WriteNumber("exit_code", (int)failure.Code);
        WriteFailure(json, failure);
        End(json);
    }

    private static void Begin(Utf8JsonWriter json, string name, DownloadItem item)
    {
        json.WriteStartObject();
        json.WriteString("event", name);
        json.WriteString("url", item.Url);
        json.WriteString("output", item.Output);
    }

    private static void WriteFailure(Utf8JsonWriter json, ToolException failure)
    {
        json.WriteString("error", failure.Message);
        if (failure.Origin is { } origin)
        {
            if (origin.StatusCode is { } status)
            {
                json.WriteNumber("origin_status", status);
            }

            json.WriteStartObject("origin_headers");
            foreach ((string name, string value) in origin.Headers)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
        }
    }

    private void End(Utf8JsonWriter json)
    {
        json.WriteEndObject();
        json.Flush();
        _line.Write("\n"u8);
        try
        {
            stream.Write(_line.WrittenSpan);
        }
        catch (IOException)
        {
            // Nobody reads any more.
        }

        _line.ResetWrittenCount();
    }
}

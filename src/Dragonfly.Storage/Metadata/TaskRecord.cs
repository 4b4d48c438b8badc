// SPDX-License-Identifier: Apache-2.0
using System.Collections.Frozen;
using System.Text;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;
using Dragonfly.Core.Tasks;

namespace Dragonfly.Storage.Metadata;

/// <summary>
/// The parts of a task's record that are seldom asked for (texts and headers) stay as bytes until somebody asks: decoding 100,000 of them at
/// opening would take longer than all the rest. Immutable.
/// </summary>
internal static class TaskRecord
{
    /// <summary>Writes the record that makes a task.</summary>
    internal static RecordWriter Write(uint handle, TaskId id, TaskKind kind, DateTimeOffset createdAt, PieceLayout layout, ReadOnlySpan<byte> texts) =>
        new RecordWriter(RecordType.TaskCreated, handle, 128 + texts.Length)
            .Raw(Encoding.ASCII.GetBytes(id.Text))
            .Byte((byte)kind)
            .Int64(createdAt.UtcTicks)
            .Int64(layout.ContentLength ?? -1)
            .Int64(layout.PieceLength)
            .Raw(texts);

    /// <summary>Encodes what is kept as bytes.</summary>
    internal static byte[] Encode(ContentGeneration generation, TaskDetails details)
    {
        var writer = new RecordWriter(RecordType.TaskCreated, capacity: 512)
            .Text(generation.ETag)
            .Text(generation.LastModified)
            .Text(details.Url)
            .Text(details.Tag)
            .Text(details.Application)
            .Int64(details.RequestedPieceLength ?? -1)
            .Int32(details.FilteredQueryParams.Count);
        foreach (var name in details.FilteredQueryParams)
        {
            writer.Text(name);
        }

        writer.Int32(generation.Headers.Count);
        foreach (var (name, value) in generation.Headers)
        {
            writer.Text(name).Text(value);
        }

        return writer.Framed[(Journal.FrameSize + 5)..].ToArray();
    }

    /// <summary>Decodes what <see cref="Encode"/> wrote.</summary>
    internal static (ContentGeneration Generation, TaskDetails Details) Decode(ReadOnlySpan<byte> texts, PieceLayout layout)
    {
        var reader = new RecordReader(texts);
        var etag = reader.Text();
        var lastModified = reader.Text();
        var url = reader.Text() ?? "";
        var tag = reader.Text() ?? "";
        var application = reader.Text() ?? "";
        var requested = reader.Int64();
        var filtered = new string[reader.Int32()];
        for (var i = 0; i < filtered.Length; i++)
        {
            filtered[i] = reader.Text() ?? "";
        }

        var count = reader.Int32();
        var headers = new Dictionary<string, string>(count, StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            headers[reader.Text() ?? ""] = reader.Text() ?? "";
        }

        return (
            new ContentGeneration(layout, etag, lastModified, headers.ToFrozenDictionary(StringComparer.Ordinal)),
            new TaskDetails(url, tag, application, filtered, requested < 0 ? null : requested));
    }
}

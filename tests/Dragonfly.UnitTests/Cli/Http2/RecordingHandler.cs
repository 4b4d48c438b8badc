// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Dragonfly.Cli.Http2;

namespace Dragonfly.UnitTests.Cli.Http2;

/// <summary>Writes down what a stream hears.</summary>
internal sealed class RecordingHandler : IHttp2StreamHandler
{
    public StringBuilder Heard { get; } = new();

    public long DataBytes { get; private set; }

    public void OnHeaders(IReadOnlyList<HpackHeader> headers, bool end) =>
        Heard.Append($"headers({string.Join(' ', headers.Select(header => $"{header.Name}={header.Value}"))}){(end ? " end" : "")};");

    public void OnData(ReadOnlySpan<byte> data, bool end)
    {
        DataBytes += data.Length;
        Heard.Append(data.Length < 20 ? $"data({Encoding.ASCII.GetString(data)}){(end ? " end" : "")};" : $"data{(end ? " end" : "")};");
    }

    public void OnReset(Http2ErrorCode code, string reason) => Heard.Append($"reset({code});");
}

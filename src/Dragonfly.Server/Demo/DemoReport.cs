// SPDX-License-Identifier: Apache-2.0
using System.Text;
using System.Text.Json;

namespace Dragonfly.Server.Demo;

/// <summary>The facts of a demo.</summary>
/// <param name="Url">What was downloaded.</param>
/// <param name="Expected">Its SHA-256.</param>
/// <param name="OriginBytes">Bytes that the origin sent.</param>
/// <param name="Downloads">One a peer.</param>
/// <param name="Started">From the beginning until the cluster served.</param>
internal sealed record DemoReport(string Url, string Expected, long OriginBytes, IReadOnlyList<DemoDownload> Downloads, TimeSpan Started)
{
    /// <summary>Whether every peer has the right bytes.</summary>
    public bool Right => Expected.Length > 0 && Downloads.All(download => download.ExitCode == 0 && download.Sha256 == Expected);

    /// <summary>The content's length, bytes.</summary>
    public long Size => Downloads.Max(download => Math.Max(download.Total, download.Received));

    /// <summary>The facts for a program.</summary>
    public string ToJson()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteBoolean("ok", Right);
            json.WriteString("url", Url);
            json.WriteNumber("size", Size);
            json.WriteString("sha256", Expected);
            json.WriteNumber("started_seconds", Math.Round(Started.TotalSeconds, 3));
            json.WriteNumber("origin_bytes", OriginBytes);
            json.WriteNumber("without_dragonfly_bytes", Size * Downloads.Count);
            json.WriteStartArray("peers");
            foreach (DemoDownload download in Downloads)
            {
                Write(json, download);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private void Write(Utf8JsonWriter json, DemoDownload download)
    {
        json.WriteStartObject();
        json.WriteString("name", download.Peer);
        json.WriteNumber("exit_code", download.ExitCode);
        json.WriteNumber("seconds", Math.Round(download.Elapsed.TotalSeconds, 3));
        json.WriteNumber("bytes_local", download.Local);
        json.WriteNumber("bytes_peers", download.Peers);
        json.WriteNumber("bytes_origin", download.Origin);
        json.WriteString("sha256", download.Sha256);
        json.WriteBoolean("equal", download.Sha256.Length > 0 && download.Sha256 == Expected);
        if (download.Error.Length > 0)
        {
            json.WriteString("error", download.Error);
        }

        json.WriteEndObject();
    }
}

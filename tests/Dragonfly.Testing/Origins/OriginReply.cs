// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using System.Text;

namespace Dragonfly.Testing.Origins;

/// <summary>Decides and sends the answer to one request, as RFC 9110 says or as the path's knobs say.</summary>
internal static class OriginReply
{
    private const int SliceBytes = 64 << 10;

    /// <summary>Answers.</summary>
    /// <returns>False when the connection must be cut now.</returns>
    internal static async Task<bool> SendAsync(Stream stream, SeenRequest request, OriginPath? path, CancellationToken cancellationToken)
    {
        if (path is null)
        {
            await SendStatusAsync(stream, 404, [], cancellationToken);
            return true;
        }

        var status = path.Arrive(request);
        try
        {
            await path.HoldAsync(-1, 0, cancellationToken);
            if (status is not null)
            {
                (string, string)[] wait = status.RetryAfter is { } after ? [("Retry-After", after)] : [];
                await SendStatusAsync(stream, status.Status, [.. path.ExtraHeaders.Select(header => (header.Key, header.Value)), .. wait], cancellationToken);
                return true;
            }

            if (path.Redirect is { } redirect && redirect.Location(request) is { } location)
            {
                await SendStatusAsync(stream, redirect.Status, [("Location", location)], cancellationToken);
                return true;
            }

            return await SendContentAsync(stream, request, path, cancellationToken);
        }
        finally
        {
            path.Leave();
        }
    }

    private static async Task<bool> SendContentAsync(Stream stream, SeenRequest request, OriginPath path, CancellationToken cancellationToken)
    {
        // 1. Take one version of everything, whatever changes meanwhile.
        var (content, etag, modified) = path.Version;
        List<(string, string)> headers = [("Accept-Ranges", path.IgnoresRanges ? "none" : "bytes")];
        headers.AddRange(etag is null ? [] : [("ETag", etag)]);
        headers.AddRange(modified is null ? [] : [("Last-Modified", modified)]);
        headers.AddRange(path.ExtraHeaders.Select(header => (header.Key, header.Value)));

        // 2. Conditions.
        if (IsSetAndOther(request["if-match"], etag) || IsSetAndOther(request["if-unmodified-since"], modified))
        {
            await SendStatusAsync(stream, 412, [], cancellationToken);
            return true;
        }

        if (request["if-none-match"] is { } tag ? tag == etag : request["if-modified-since"] is { } since && since == modified)
        {
            await SendHeadAsync(stream, 304, headers, cancellationToken);
            return true;
        }

        // 3. The range.
        var mayBePartial = !path.IgnoresRanges && request.Range is not null
            && (request["if-range"] is not { } condition || condition == etag || condition == modified);
        var (start, length) = (0L, (long)content.Length);
        if (mayBePartial && !TryRange(request.Range!, content.Length, out start, out length))
        {
            await SendStatusAsync(stream, 416, [("Content-Range", $"bytes */{content.Length}")], cancellationToken);
            return true;
        }

        if (mayBePartial)
        {
            headers.Add(("Content-Range", path.WrongContentRange ?? $"bytes {start}-{start + length - 1}/{content.Length}"));
        }

        // 4. Head and body.
        var isChunked = path.IsChunked && !mayBePartial;
        headers.Add(isChunked ? ("Transfer-Encoding", "chunked") : ("Content-Length", length.ToString(CultureInfo.InvariantCulture)));
        await SendHeadAsync(stream, mayBePartial ? 206 : 200, headers, cancellationToken);
        return request.Method == "HEAD" || await SendBodyAsync(stream, path, content.Bytes.Slice((int)start, (int)length), start, isChunked, cancellationToken);
    }

    private static async Task<bool> SendBodyAsync(
        Stream stream, OriginPath path, ReadOnlyMemory<byte> body, long start, bool isChunked, CancellationToken cancellationToken)
    {
        var cut = path.TakeCut();
        for (var sent = 0; ;)
        {
            if (sent < body.Length)
            {
                await path.HoldAsync(sent, start + sent, cancellationToken);
            }

            if (cut is { } at && sent >= at)
            {
                return false;
            }

            if (sent == body.Length)
            {
                break;
            }

            var left = Math.Min(Math.Min(cut ?? long.MaxValue, body.Length) - sent, path.LeftBeforeHold(sent, start + sent));
            if (left <= 0)
            {
                // The knob was turned after the look above.
                continue;
            }

            var slice = body.Slice(sent, (int)Math.Min(SliceBytes, left));
            await path.LimitAsync(slice.Length, cancellationToken);
            await SendCountedAsync(stream, path, slice, isChunked, cancellationToken);
            sent += slice.Length;
        }

        if (isChunked)
        {
            await stream.WriteAsync("0\r\n\r\n"u8.ToArray(), cancellationToken);
        }

        return true;
    }

    /// <summary>Counts before it sends: a test whose download has ended with the last byte must find that byte counted.</summary>
    private static async Task SendCountedAsync(Stream stream, OriginPath path, ReadOnlyMemory<byte> slice, bool isChunked, CancellationToken cancellationToken)
    {
        path.CountBytes(slice.Length);
        try
        {
            await SendSliceAsync(stream, slice, isChunked, cancellationToken);
        }
        catch
        {
            path.CountBytes(-slice.Length);
            throw;
        }
    }

    private static async Task SendSliceAsync(Stream stream, ReadOnlyMemory<byte> slice, bool isChunked, CancellationToken cancellationToken)
    {
        if (!isChunked)
        {
            await stream.WriteAsync(slice, cancellationToken);
            return;
        }

        var frame = new byte[slice.Length + 20];
        var head = Encoding.ASCII.GetBytes($"{slice.Length:x}\r\n", frame);
        slice.CopyTo(frame.AsMemory(head));
        "\r\n"u8.CopyTo(frame.AsSpan(head + slice.Length));
        await stream.WriteAsync(frame.AsMemory(0, head + slice.Length + 2), cancellationToken);
    }

    private static bool IsSetAndOther(string? condition, string? actual) => condition is not null && condition != "*" && condition != actual;

    // One range: first-last, first- or -suffix.
    private static bool TryRange(string header, long total, out long start, out long length)
    {
        (start, length) = (0, 0);
        var ends = header["bytes=".Length..].Split(',')[0].Split('-');
        var last = total - 1;
        if (ends[0].Length == 0)
        {
            start = Math.Max(0, total - long.Parse(ends[1], CultureInfo.InvariantCulture));
        }
        else
        {
            start = long.Parse(ends[0], CultureInfo.InvariantCulture);
            last = ends[1].Length == 0 ? last : Math.Min(last, long.Parse(ends[1], CultureInfo.InvariantCulture));
        }

        length = last - start + 1;
        return start < total && length > 0;
    }

    private static async Task SendStatusAsync(Stream stream, int status, IEnumerable<(string, string)> headers, CancellationToken cancellationToken)
    {
        var text = Encoding.ASCII.GetBytes($"{status}\n");
        await SendHeadAsync(stream, status, [.. headers, ("Content-Type", "text/plain"), ("Content-Length", $"{text.Length}")], cancellationToken);
        await stream.WriteAsync(text, cancellationToken);
    }

    private static async Task SendHeadAsync(Stream stream, int status, IEnumerable<(string Name, string Value)> headers, CancellationToken cancellationToken)
    {
        var head = new StringBuilder($"HTTP/1.1 {status} {(HttpStatusCode)status}\r\nServer: scripted\r\n");
        foreach (var (name, value) in headers)
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        await stream.WriteAsync(Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), cancellationToken);
    }
}

// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace Dragonfly.Server.Demo;

/// <summary>The demo's origin: serves <see cref="DemoContent"/> over HTTP with ranges and counts what it sends. Thread safe.</summary>
internal sealed class DemoOrigin : IAsyncDisposable
{
    private const int ChunkLength = 1 << 18;
    private readonly WebApplication _app;
    private readonly DemoContent _content;
    private readonly EntityTagHeaderValue _tag;
    private long _bytes;
    private int _requests;

    private DemoOrigin(WebApplication app, DemoContent content, ulong seed)
    {
        (_app, _content) = (app, content);
        _tag = new EntityTagHeaderValue($"\"{seed:x16}\"");
        Modified = DateTimeOffset.UnixEpoch;
    }

    /// <summary>The content's address.</summary>
    public string Url { get; private set; } = "";

    /// <summary>Bytes of content sent.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Requests answered.</summary>
    public int Requests => Volatile.Read(ref _requests);

    private DateTimeOffset Modified { get; }

    /// <summary>Starts serving on a free port of loopback.</summary>
    /// <param name="content">What to serve.</param>
    /// <param name="seed">Names the content in its entity tag.</param>
    public static async Task<DemoOrigin> StartAsync(DemoContent content, ulong seed)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MinResponseDataRate = null;
        });
        WebApplication app = builder.Build();
        var origin = new DemoOrigin(app, content, seed);
        app.Run(origin.AnswerAsync);
        await app.StartAsync();
        origin.Url = $"{app.Urls.First()}/demo.bin";
        return origin;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Nobody has to wait for a peer that still reads: the demo is over.
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref _requests);
        if (context.Request.Path != "/demo.bin" || context.Request.Method is not ("GET" or "HEAD"))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        HttpResponse response = context.Response;
        response.ContentType = "application/octet-stream";
        response.Headers.AcceptRanges = "bytes";
        response.Headers.ETag = _tag.ToString();
        response.Headers.LastModified = Modified.ToString("R", CultureInfo.InvariantCulture);
        (long start, long length) = Range(context.Request);
        if (length < 0)
        {
            response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
            response.Headers.ContentRange = $"bytes */{_content.Length}";
            return;
        }

        if (length != _content.Length || context.Request.Headers.Range.Count > 0)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = $"bytes {start}-{start + length - 1}/{_content.Length}";
        }

        response.ContentLength = length;
        if (context.Request.Method == "GET")
        {
            await SendAsync(response, start, length);
        }
    }

    private (long Start, long Length) Range(HttpRequest request)
    {
        if (!RangeHeaderValue.TryParse(request.Headers.Range.ToString(), out RangeHeaderValue? range) || range.Ranges.Count != 1)
        {
            return (0, _content.Length);
        }

        RangeItemHeaderValue item = range.Ranges.First();
        long start = item.From ?? Math.Max(0, _content.Length - item.To!.Value);
        long end = item.From is null ? _content.Length - 1 : Math.Min(item.To ?? long.MaxValue, _content.Length - 1);
        return start <= end ? (start, end - start + 1) : (0, -1);
    }

    private async Task SendAsync(HttpResponse response, long start, long length)
    {
        for (long sent = 0; sent < length;)
        {
            int count = (int)Math.Min(ChunkLength, length - sent);
            _content.Fill(start + sent, response.BodyWriter.GetSpan(count)[..count]);
            response.BodyWriter.Advance(count);

            // Counted before it goes: the table is made as soon as the last peer has its last byte, and that must be in it.
            Interlocked.Add(ref _bytes, count);
            if ((await response.BodyWriter.FlushAsync(response.HttpContext.RequestAborted)).IsCompleted)
            {
                return;
            }

            sent += count;
        }
    }
}

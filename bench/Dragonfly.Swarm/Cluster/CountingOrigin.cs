// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace Dragonfly.Swarm.Cluster;

/// <summary>
/// An HTTP origin that counts requests and body bytes. Its files are windows into one block of seeded noise, so that any number of them costs no memory and every
/// run serves the same. Ranges, validators and HEAD are answered as a file server does.
/// </summary>
internal sealed class CountingOrigin : IAsyncDisposable
{
    private const int BlockLength = 64 << 20;

    private readonly WebApplication _server;
    private readonly byte[] _block = new byte[BlockLength];
    private readonly ConcurrentDictionary<string, (int Offset, int Length)> _files = new();
    private readonly ConcurrentDictionary<string, long> _sent = new();
    private readonly Random _offsets;
    private long _requests;
    private long _bodyBytes;

    private CountingOrigin(int seed)
    {
        _offsets = new Random(seed);
        _offsets.NextBytes(_block);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _server = builder.Build();
        _server.Run(ServeAsync);
    }

    public long Requests => Interlocked.Read(ref _requests);

    public long BodyBytes => Interlocked.Read(ref _bodyBytes);

    /// <summary>Names of files of which more bytes were sent than they have.</summary>
    public IReadOnlyList<string> ReadAgain => [.. _sent.Where(file => file.Value > _files[file.Key].Length).Select(file => file.Key).Order(StringComparer.Ordinal)];

    public static async Task<CountingOrigin> StartAsync(int seed)
    {
        var origin = new CountingOrigin(seed);
        await origin._server.StartAsync();
        return origin;
    }

    /// <summary>Puts a file there and tells its URL and SHA-256.</summary>
    public (string Url, string Sha256) Add(string name, int length)
    {
        var offset = _offsets.Next(BlockLength - length);
        _files["/" + name] = (offset, length);
        return ($"{_server.Urls.First()}/{name}", Convert.ToHexStringLower(SHA256.HashData(_block.AsSpan(offset, length))));
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    private async Task ServeAsync(HttpContext context)
    {
        Interlocked.Increment(ref _requests);
        var (request, response) = (context.Request, context.Response);
        if (!_files.TryGetValue(request.Path.Value ?? "", out var file))
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var (from, count) = (0, file.Length);
        response.Headers.AcceptRanges = "bytes";
        response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{file.Offset:x}-{file.Length:x}\"");
        response.Headers.LastModified = "Mon, 01 Jan 2024 00:00:00 GMT";
        if (RangeHeaderValue.TryParse(request.Headers.Range.ToString(), out var range) && range.Ranges.Count == 1)
        {
            var wanted = range.Ranges.First();
            from = (int)(wanted.From ?? file.Length - Math.Min(wanted.To!.Value, file.Length));
            var last = wanted.From is null ? file.Length - 1 : (int)Math.Min(wanted.To ?? long.MaxValue, file.Length - 1);
            if (from > last)
            {
                response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
                response.Headers.ContentRange = $"bytes */{file.Length}";
                return;
            }

            count = last - from + 1;
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = $"bytes {from}-{last}/{file.Length}";
        }

        response.ContentLength = count;
        if (HttpMethods.IsHead(request.Method))
        {
            return;
        }

        _sent.AddOrUpdate(request.Path.Value!, count, (_, sent) => sent + count);
        const int Portion = 64 << 10;
        for (var done = 0; done < count; done += Portion)
        {
            var portion = Math.Min(Portion, count - done);
            Interlocked.Add(ref _bodyBytes, portion);
            await response.Body.WriteAsync(_block.AsMemory(file.Offset + from + done, portion), context.RequestAborted);
        }
    }
}

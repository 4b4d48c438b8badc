// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Http.Headers;
using Dragonfly.Testing.Origins;

namespace Dragonfly.UnitTests.Backends;

/// <summary>The origin that other tests rely on does what they believe.</summary>
public sealed class ScriptedOriginTests : IAsyncDisposable
{
    private readonly ScriptedOrigin _origin = ScriptedOrigin.Start();
    private readonly HttpClient _client = new();
    private readonly OriginPath _file;

    public ScriptedOriginTests() => _file = _origin.Add("/f", TestContent.Random(1, 300_000));

    [Fact]
    public void The_same_seed_gives_the_same_bytes()
    {
        Assert.Equal(TestContent.Random(1, 1001).Sha256, TestContent.Random(1, 1001).Sha256);
        Assert.NotEqual(TestContent.Random(1, 1001).Sha256, TestContent.Random(2, 1001).Sha256);
    }

    [Fact]
    public async Task Whole_contents_and_ranges_are_served_and_counted()
    {
        Assert.Equal(_file.Content.Bytes, await _client.GetByteArrayAsync(_origin.UrlOf("/f")));
        using var answer = await GetAsync(range: new RangeHeaderValue(10, 19));
        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal("bytes 10-19/300000", answer.Content.Headers.ContentRange!.ToString());
        Assert.Equal(_file.Content.Bytes[10..20], await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal((2, 300_010), (_file.RequestCount, _file.BodyBytesSent));
        Assert.Equal(["", "bytes=10-19"], _file.DistinctRanges);
    }

    [Fact]
    public async Task Chunked_bodies_have_no_length()
    {
        (_file.IsChunked, _file.IgnoresRanges) = (true, true);
        using var answer = await GetAsync(new RangeHeaderValue(0, 0));
        Assert.Null(answer.Content.Headers.ContentLength);
        Assert.Equal(300_000, (await answer.Content.ReadAsByteArrayAsync()).Length);
    }

    [Fact]
    public async Task A_cut_body_is_an_error_and_only_so_often()
    {
        (_file.CutBodyAfterBytes, _file.CutsLeft) = (1000, 1);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => _client.GetByteArrayAsync(_origin.UrlOf("/f")));
        Assert.Equal(1000, _file.BodyBytesSent);
        Assert.Equal(300_000, (await _client.GetByteArrayAsync(_origin.UrlOf("/f"))).Length);
    }

    [Fact]
    public async Task A_hanging_body_goes_on_when_released()
    {
        _file.HangAfterBytes = 500;
        var body = _client.GetByteArrayAsync(_origin.UrlOf("/f"));
        await _file.WaitForBytesAsync(500);
        Assert.False(body.IsCompleted);
        _file.Release();
        Assert.Equal(300_000, (await body).Length);
    }

    [Fact]
    public async Task What_is_withheld_comes_when_released_and_the_rest_before()
    {
        _file.WithholdFrom = 1000;
        using var before = await GetAsync(new RangeHeaderValue(0, 999));
        Assert.Equal(1000, (await before.Content.ReadAsByteArrayAsync()).Length);
        var whole = _client.GetByteArrayAsync(_origin.UrlOf("/f"));
        var behind = _client.GetByteArrayAsync(_origin.UrlOf("/f"));
        await _file.WaitForBytesAsync(3000);
        Assert.False(whole.IsCompleted || behind.IsCompleted);
        Assert.Equal(3000, _file.BodyBytesSent);
        _file.Release();
        Assert.Equal(600_000, (await whole).Length + (await behind).Length);
    }

    [Fact]
    public async Task Statuses_validators_and_changes_follow_the_script()
    {
        var tag = _file.ETag!;
        _file.FailNext(503, 500);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await GetAsync()).StatusCode);
        Assert.Equal(HttpStatusCode.InternalServerError, (await GetAsync()).StatusCode);
        Assert.Equal(HttpStatusCode.NotModified, (await GetAsync(header: ("If-None-Match", tag))).StatusCode);
        _file.ChangeTo(TestContent.Random(2, 100));
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(header: ("If-None-Match", tag))).StatusCode);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await GetAsync(header: ("If-Match", tag))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(new RangeHeaderValue(0, 9), ("If-Range", tag))).StatusCode);
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, (await GetAsync(new RangeHeaderValue(100, 109))).StatusCode);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _origin.DisposeAsync();
    }

    private async Task<HttpResponseMessage> GetAsync(RangeHeaderValue? range = null, (string Name, string Value)? header = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _origin.UrlOf("/f"));
        request.Headers.Range = range;
        if (header is { } extra)
        {
            request.Headers.TryAddWithoutValidation(extra.Name, extra.Value);
        }

        return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }
}

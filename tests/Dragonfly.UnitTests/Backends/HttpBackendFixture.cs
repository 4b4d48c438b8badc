// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Backends;
using Dragonfly.Backends.Http;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Pieces;
using Dragonfly.Core.Urls;
using Dragonfly.Testing.Origins;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dragonfly.UnitTests.Backends;

/// <summary>An origin, a second one on another port, and a backend that asks them.</summary>
public abstract class HttpBackendFixture : IAsyncDisposable
{
    private HttpBackend? _backend;

    protected HttpBackendFixture() => File = Origin.Add("/f", TestContent.Random(1, 100_000));

    protected ScriptedOrigin Origin { get; } = ScriptedOrigin.Start();

    protected ScriptedOrigin Other { get; } = ScriptedOrigin.Start();

    protected OriginPath File { get; }

    protected HttpBackendOptions Options { get; } = new() { RetryDelay = TimeSpan.FromMilliseconds(1), NegativeCacheTTL = TimeSpan.Zero };

    protected TimeProvider Clock { get; set; } = TimeProvider.System;

    protected HttpBackend Backend => _backend ??= new HttpBackend(Options, Clock, new Random(1), NullLogger<HttpBackend>.Instance);

    protected Task<Result<OriginResponse>> AskAsync(
        ByteRange? range = null, ContentGeneration? generation = null, string path = "/f", bool revalidate = false, params (string Name, string Value)[] headers) =>
        AskUrlAsync(Origin.UrlOf(path), range, generation, revalidate, headers);

    protected Task<Result<OriginResponse>> AskUrlAsync(
        string url, ByteRange? range = null, ContentGeneration? generation = null, bool revalidate = false, params (string Name, string Value)[] headers) =>
        Backend.OpenAsync(
            new OriginRequest(WebUrl.Parse(url).ToUri(), headers.ToDictionary(header => header.Name, header => header.Value))
            {
                Range = range,
                Generation = generation,
                Revalidate = revalidate,
            },
            CancellationToken.None);

    protected async Task<Failure> FailAsync(
        ByteRange? range = null, ContentGeneration? generation = null, string path = "/f", params (string Name, string Value)[] headers)
    {
        var result = await AskAsync(range, generation, path, false, headers);
        Assert.False(result.IsSuccess);
        return result.Failure;
    }

    protected static async Task<byte[]> ReadAsync(Result<OriginResponse> result)
    {
        await using var response = result.OrThrow();
        using var memory = new MemoryStream();
        await response.Body.CopyToAsync(memory);
        return memory.ToArray();
    }

    protected async Task<ContentGeneration> GenerationAsync()
    {
        await using var response = (await AskAsync(new ByteRange(0, 1))).OrThrow();
        return response.ToGeneration(4 << 20);
    }

    public async ValueTask DisposeAsync()
    {
        _backend?.Dispose();
        await Origin.DisposeAsync();
        await Other.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Backends;
using Dragonfly.Backends.Http;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Urls;
using Dragonfly.Testing.Origins;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dragonfly.UnitTests.Backends;

/// <summary>Scenario 28: HTTPS with an authority that the system does not know.</summary>
public sealed class HttpTlsTests : IAsyncDisposable
{
    private readonly OriginCertificates _certificates = OriginCertificates.Create();
    private readonly ScriptedOrigin _origin;
    private readonly OriginPath _file;

    public HttpTlsTests()
    {
        _origin = ScriptedOrigin.Start(_certificates);
        _file = _origin.Add("/f", TestContent.Random(3, 1000));
    }

    [Fact]
    public async Task Scenario_28_an_unknown_authority_is_refused_and_not_tried_again()
    {
        var failure = (await AskAsync(new())).Failure!;
        Assert.Equal(FailureKind.Rejected, failure.Kind);
        Assert.Contains("certificate is not trusted", failure.Detail, StringComparison.Ordinal);
        Assert.Contains("backend.caCert", failure.Detail, StringComparison.Ordinal);
        Assert.Equal((1, 0), (_origin.ConnectionCount, _file.RequestCount));
    }

    [Fact]
    public async Task Scenario_28_the_configured_authority_is_trusted()
    {
        var pem = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(pem, _certificates.AuthorityPem);
            Assert.True((await AskAsync(new() { CaCert = pem })).IsSuccess);
        }
        finally
        {
            File.Delete(pem);
        }
    }

    [Fact]
    public async Task Scenario_28_the_explicit_flag_turns_verification_off() =>
        Assert.True((await AskAsync(new() { InsecureSkipVerify = true })).IsSuccess);

    [Fact]
    public async Task A_request_may_bring_its_authority_and_others_do_not_profit_from_it()
    {
        using var backend = Backend(new());
        var url = WebUrl.Parse(_origin.UrlOf("/f")).ToUri();
        var trusting = new OriginRequest(url, new Dictionary<string, string>()) { TrustedCertificates = [_certificates.Authority.RawData] };
        await using (var response = (await backend.OpenAsync(trusting, default)).OrThrow())
        {
            Assert.Equal(1000, response.TotalLength);
        }

        Assert.False((await backend.OpenAsync(trusting with { TrustedCertificates = [] }, default)).IsSuccess);
    }

    [Fact]
    public async Task A_wrong_name_is_refused_whoever_signed_it()
    {
        using var backend = Backend(new());
        await using var far = ScriptedOrigin.Start(_certificates, System.Net.IPAddress.Parse("127.0.0.77"));
        far.Add("/f", TestContent.Of("x"));
        var request = new OriginRequest(new Uri(far.UrlOf("/f")), new Dictionary<string, string>()) { TrustedCertificates = [_certificates.Authority.RawData] };
        Assert.Equal(FailureKind.Rejected, (await backend.OpenAsync(request, default)).Failure!.Kind);
    }

    public async ValueTask DisposeAsync()
    {
        await _origin.DisposeAsync();
        _certificates.Dispose();
    }

    private static HttpBackend Backend(HttpBackendOptions options) => new(options, TimeProvider.System, new Random(1), NullLogger<HttpBackend>.Instance);

    private async Task<Result<OriginResponse>> AskAsync(HttpBackendOptions options)
    {
        using var backend = Backend(options);
        var result = await backend.OpenAsync(new OriginRequest(new Uri(_origin.UrlOf("/f")), new Dictionary<string, string>()), default);
        if (result.IsSuccess)
        {
            await using var response = result.Value;
            await response.Body.CopyToAsync(Stream.Null);
        }

        return result;
    }
}

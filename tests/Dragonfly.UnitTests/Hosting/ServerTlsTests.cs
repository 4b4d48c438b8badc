// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Dragonfly.Core.Failures;
using Dragonfly.Hosting.Http;
using Dragonfly.Hosting.Tls;
using Dragonfly.Testing.Processes;
using Dragonfly.Testing.Tls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Dragonfly.UnitTests.Hosting;

/// <summary>Observed row A2: TLS is spoken when configured, and stock peers, which send cleartext all the same, are served on the same port.</summary>
public sealed class ServerTlsTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly TestFolder _folder = new();

    [Fact]
    public async Task A2_One_port_serves_mutual_tls_and_cleartext_told_apart_by_the_first_byte()
    {
        await using var role = await StartAsync(strict: false);
        Assert.Equal("https", await AskAsync(role, "https", ClientTls()));
        Assert.Equal("http", await AskAsync(role, "http", null));
    }

    [Fact]
    public async Task A2_Strict_refuses_cleartext()
    {
        await using var role = await StartAsync(strict: true);
        Assert.Equal("https", await AskAsync(role, "https", ClientTls()));
        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(role, "http", null));
    }

    [Fact]
    public async Task A_client_without_a_certificate_of_the_authority_is_refused()
    {
        await using var role = await StartAsync(strict: true);
        using var stranger = new TestAuthority("stranger");
        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(role, "https", new ClientTls(_authority.Authorities, null)));
        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(role, "https", new ClientTls(_authority.Authorities, stranger.Issue())));
    }

    [Fact]
    public async Task A_server_of_another_authority_is_not_trusted()
    {
        await using var role = await StartAsync(strict: true);
        using var stranger = new TestAuthority("stranger");
        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(role, "https", new ClientTls(stranger.Authorities, _authority.Issue())));
    }

    [Fact]
    public void A_key_that_does_not_fit_is_named()
    {
        var files = Files();
        using var other = new TestAuthority();
        files.Key = other.WriteFiles(Directory.CreateDirectory(_folder["other"]).FullName).Key;
        var failure = Assert.Throws<DragonflyException>(() => CertificateFiles.ForServer(files));
        Assert.Contains(files.Key, failure.Message);
    }

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    private Task<RoleHost> StartAsync(bool strict) =>
        new RoleHostBuilder("sample", new ProgramContext())
            .Listen(
                RoleListener.Tcp("grpc", IPAddress.Loopback, 0) with { Tls = CertificateFiles.ForServer(Files(), strict) },
                endpoints => endpoints.MapGet("/", (RequestDelegate)(context => context.Response.WriteAsync(context.Request.Scheme))))
            .StartAsync(CancellationToken.None);

    private TlsFileOptions Files()
    {
        var (ca, cert, key) = _authority.WriteFiles(_folder.Path);
        return new TlsFileOptions { CaCert = ca, Cert = cert, Key = key };
    }

    private ClientTls ClientTls() => CertificateFiles.ForClient(Files())!;

    private static async Task<string> AskAsync(RoleHost role, string scheme, ClientTls? tls)
    {
        using var handler = new SocketsHttpHandler();
        if (tls is not null)
        {
            handler.SslOptions = tls.ToAuthenticationOptions("127.0.0.1");
        }

        using var http = new HttpClient(handler) { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        return await http.GetStringAsync($"{scheme}://{role.Addresses.Get("grpc")}/");
    }
}

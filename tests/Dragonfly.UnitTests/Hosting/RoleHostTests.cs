// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Dragonfly.Core.Failures;
using Dragonfly.Hosting.Http;
using Dragonfly.Hosting.Telemetry;
using Dragonfly.Testing.Processes;
using Dragonfly.Testing.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Dragonfly.UnitTests.Hosting;

/// <summary>The shape that every role has, shown with a trivial one.</summary>
public sealed class RoleHostTests
{
    [Fact]
    public async Task Each_listener_serves_only_its_own_endpoints_on_the_port_the_system_chose()
    {
        await using var role = await Greeter().StartAsync(CancellationToken.None);
        using var http = new HttpClient();
        Assert.Equal("hello", await http.GetStringAsync(Url(role, "rest", "/hello")));
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(Url(role, "health", "/hello"))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(Url(role, "rest", "/healthy"))).StatusCode);
    }

    [Fact]
    public async Task Healthy_is_empty_and_detail_says_what_is_waited_for()
    {
        await using var role = await Greeter().StartAsync(CancellationToken.None);
        using var http = new HttpClient();
        Assert.Equal("", await http.GetStringAsync(Url(role, "health", "/healthy")));
        Assert.Contains("manager 127.0.0.1:65003", await http.GetStringAsync(Url(role, "health", "/healthy?detail")));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await http.GetAsync(Url(role, "health", "/readyz"))).StatusCode);
    }

    [Fact]
    public async Task Services_start_after_the_ports_are_bound_and_stop_before_they_close()
    {
        using var port = new HeldPort();
        await using var role = await Greeter(port.Number).StartAsync(CancellationToken.None);
        var service = role.Services.GetRequiredService<Waiter>();
        Assert.Equal(port.Number, service.PortAtStart);
        await role.StopAsync();
        Assert.True(service.ServedWhileStopping);
        using var http = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync($"http://127.0.0.1:{service.PortAtStart}/hello"));
    }

    [Fact]
    public async Task A_port_in_use_is_named_with_its_address_and_holder()
    {
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        other.Listen();
        var port = ((IPEndPoint)other.LocalEndPoint!).Port;
        var failure = await Assert.ThrowsAsync<DragonflyException>(() => Greeter(port).StartAsync(CancellationToken.None));
        Assert.Contains($"the rest port {port} on 127.0.0.1 is held by", failure.Message);
        Assert.Contains($"(pid {Environment.ProcessId})", failure.Message);
    }

    [Fact]
    public async Task A_socket_left_by_a_crash_is_replaced_and_only_the_group_may_connect()
    {
        using var folder = new TestFolder();
        var path = folder["a.sock"];
        using (var crashed = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            crashed.Bind(new UnixDomainSocketEndPoint(path));
        }

        await using var role = await OnSocket(path).StartAsync(CancellationToken.None);
        Assert.Equal("660", Convert.ToString((int)File.GetUnixFileMode(path), 8));
        var second = await Assert.ThrowsAsync<DragonflyException>(() => OnSocket(path).StartAsync(CancellationToken.None));
        Assert.Contains("another program serves the socket", second.Message);
    }

    [Fact]
    public async Task Requests_pay_for_no_activity_and_no_log_scope_that_nobody_reads()
    {
        using var folder = new TestFolder();
        using var loggers = new LogOptions { Console = false, Folder = folder.Path }.CreateLoggers(TimeProvider.System);
        Activity? seen = new("not asked");
        var builder = new RoleHostBuilder("greeter", new ProgramContext { Loggers = loggers });
        builder.Listen(RoleListener.Tcp("rest", IPAddress.Loopback, 0, ListenerProtocol.Http1), endpoints => endpoints.MapGet("/", (RequestDelegate)(_ =>
        {
            seen = Activity.Current;
            return Task.CompletedTask;
        })));
        await using (var role = await builder.StartAsync(CancellationToken.None))
        using (var http = new HttpClient())
        {
            await http.GetStringAsync(Url(role, "rest", "/"));
        }

        Assert.Null(seen);
    }

    private static RoleHostBuilder Greeter(int port = 0)
    {
        var builder = new RoleHostBuilder("greeter", new ProgramContext());
        builder.Services.AddRoleService<Waiter>();
        builder.Listen(
            RoleListener.Tcp("rest", IPAddress.Loopback, port, ListenerProtocol.Http1),
            endpoints => endpoints.MapGet("/hello", (RequestDelegate)(context => context.Response.WriteAsync("hello"))));
        return builder.ListenHealth(IPAddress.Loopback, 0);
    }

    private static RoleHostBuilder OnSocket(string path) =>
        new RoleHostBuilder("greeter", new ProgramContext()).Listen(RoleListener.Unix("socket", path), _ => { });

    private static string Url(RoleHost role, string listener, string path) => $"http://{role.Addresses.Get(listener)}{path}";

    private sealed class Waiter : IRoleService
    {
        public int PortAtStart { get; private set; }

        public bool ServedWhileStopping { get; private set; }

        public string? WaitingFor => "manager 127.0.0.1:65003: connection refused";

        public Task StartAsync(BoundAddresses addresses, CancellationToken cancellationToken)
        {
            PortAtStart = addresses.Get("rest").Port;
            return Task.CompletedTask;
        }

        public async Task StopAsync(CancellationToken cancellationToken)
        {
            using var http = new HttpClient();
            ServedWhileStopping = await http.GetStringAsync($"http://127.0.0.1:{PortAtStart}/hello", cancellationToken) == "hello";
        }
    }
}

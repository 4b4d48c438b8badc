// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Dragonfly.Swarm.Wire;

/// <summary>The yardstick: nginx with sendfile to curl.</summary>
internal sealed class NginxCurlPath : IWirePath
{
    private readonly string _folder;
    private readonly Process _nginx;
    private readonly int _port;

    private NginxCurlPath(string folder, Process nginx, int port) => (_folder, _nginx, _port) = (folder, nginx, port);

    public string Name => "nginx → curl";

    /// <summary>Where the file is.</summary>
    public string Url => $"http://127.0.0.1:{_port}/source";

    /// <param name="folder">Holds <c>source</c>, the file.</param>
    public static async Task<NginxCurlPath> StartAsync(string folder)
    {
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            var port = ((IPEndPoint)probe.LocalEndpoint).Port;
            probe.Stop();
            var configuration = Path.Combine(folder, "nginx.conf");
            await File.WriteAllTextAsync(configuration,
                $$"""
                daemon off; worker_processes 1; pid {{folder}}/nginx.pid; error_log {{folder}}/nginx.log; user root;
                events { worker_connections 64; }
                http { access_log off; sendfile on; tcp_nodelay on; client_body_temp_path {{folder}}/nginx-body; server { listen 127.0.0.1:{{port}}; root {{folder}}; } }
                """);
            var nginx = Process.Start(new ProcessStartInfo("nginx", ["-p", folder, "-c", configuration]) { RedirectStandardError = true })!;
            using var http = new HttpClient();
            for (var tries = 0; ; tries++)
            {
                try
                {
                    using var answer = await http.SendAsync(new HttpRequestMessage(HttpMethod.Head, $"http://127.0.0.1:{port}/source"));
                    answer.EnsureSuccessStatusCode();
                    return new NginxCurlPath(folder, nginx, port);
                }
                catch (HttpRequestException) when (tries < 100)
                {
                    await Task.Delay(20);
                }
            }
        }
    }

    public async Task<WireSample> RunAsync()
    {
        var output = Path.Combine(_folder, "curl.out");
        var serverBefore = Server().Sum(usage => usage.CpuSeconds);
        var clientBefore = ProcessUsage.EndedChildren();
        var started = Stopwatch.GetTimestamp();
        using var curl = Process.Start("curl", ["-sS", "-o", output, Url]);
        await curl.WaitForExitAsync();
        var took = Stopwatch.GetElapsedTime(started);
        var server = Server();
        File.Delete(output);
        return new WireSample(
            took.TotalSeconds, server.Sum(usage => usage.CpuSeconds) - serverBefore, ProcessUsage.EndedChildren() - clientBefore, server.Sum(usage => usage.PeakBytes), 0);
    }

    public async ValueTask DisposeAsync()
    {
        using var stop = Process.Start("kill", [_nginx.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await _nginx.WaitForExitAsync();
        _nginx.Dispose();
    }

    private List<ProcessUsage> Server()
    {
        var workers = File.ReadAllText($"/proc/{_nginx.Id}/task/{_nginx.Id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return [.. workers.Select(pid => ProcessUsage.Of(int.Parse(pid, System.Globalization.CultureInfo.InvariantCulture)))];
    }
}

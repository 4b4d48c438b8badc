// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;

namespace Dragonfly.Swarm.Wire;

/// <summary>The piece path alone: a process with a store and the piece server, another with a store and the transport. No scheduler, no dfget.</summary>
internal sealed class RawPath : IWirePath
{
    private readonly string _folder;
    private readonly long _length;
    private readonly Process _parent;
    private readonly Process _child;
    private readonly string _endpoint;

    private RawPath(string name, string folder, long length, Process parent, Process child, string endpoint)
    {
        Name = name;
        _folder = folder;
        _length = length;
        _parent = parent;
        _child = child;
        _endpoint = endpoint;
    }

    public string Name { get; }

    public static async Task<RawPath> StartAsync(string folder, long length, int connections, bool link, bool tls)
    {
        var certificates = tls ? WireCertificates.Make(folder) : null;
        var id = Guid.NewGuid().ToString("N")[..8];
        var parent = Start(["wire-parent", Path.Combine(folder, "source"), Path.Combine(folder, $"parent-{id}"), .. certificates is null ? [] : new[] { certificates }]);
        var endpoint = await parent.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the parent did not start");
        var child = Start(
            ["wire-child", Path.Combine(folder, $"child-{id}"), connections.ToString(CultureInfo.InvariantCulture), link ? "link" : "copy", .. certificates is null ? [] : new[] { certificates }]);
        await child.StandardOutput.ReadLineAsync();
        var name = $"piece path{(tls ? ", mutual TLS" : "")}, output by {(link ? "hard link" : "copy")}";
        return new RawPath(name, folder, length, parent, child, endpoint);
    }

    public async Task<WireSample> RunAsync()
    {
        var output = Path.Combine(_folder, "raw.out");
        var (serverBefore, clientBefore) = (ProcessUsage.Of(_parent.Id), ProcessUsage.Of(_child.Id));
        await _child.StandardInput.WriteLineAsync($"{_endpoint} {_length} {output}");
        var seconds = await _child.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the child ended");
        var (server, client) = (ProcessUsage.Of(_parent.Id), ProcessUsage.Of(_child.Id));
        File.Delete(output);
        return new WireSample(
            double.Parse(seconds, CultureInfo.InvariantCulture), server.CpuSeconds - serverBefore.CpuSeconds, client.CpuSeconds - clientBefore.CpuSeconds, server.PeakBytes, client.PeakBytes);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in new[] { _child, _parent })
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    private static Process Start(string[] words)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, words) { RedirectStandardInput = true, RedirectStandardOutput = true };
        return Process.Start(start)!;
    }
}

// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Dragonfly.Hosting.Dynamic;
using Dragonfly.Hosting.Http;
using Dragonfly.Protocol.Manager.V2;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Dragonfly.Scheduler.Membership;

/// <summary>
/// Keeps this scheduler known to its manager: registers (UpdateScheduler), then holds a keep-alive stream whose first message goes out at once, so that the
/// scheduler is active immediately (the original's first comes after one interval). A break starts it all over, with growing pauses. Nothing waits for it: a
/// scheduler serves whether or not its manager is there. One loop; started and stopped by the role.
/// </summary>
internal sealed partial class ManagerMembership(
    SchedulerOptions options,
    SchedulerIdentity identity,
    Manager.ManagerClient manager,
    IDynamicConfig<SchedulerDynamicConfig> dynamicConfig,
    TimeProvider time,
    Random random,
    ILogger<ManagerMembership> log) : IRoleService, IDisposable
{
    private static readonly TimeSpan _callTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _firstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private string? _waitingFor;
    private string? _warnedOf;
    private Task _loop = Task.CompletedTask;

    /// <inheritdoc/>
    public string? WaitingFor => Volatile.Read(ref _waitingFor);

    /// <inheritdoc/>
    public Task StartAsync(BoundAddresses addresses, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _waitingFor, $"manager {options.Manager.Addr}: not registered yet");
        var port = options.Server.AdvertisePort != 0 ? options.Server.AdvertisePort : addresses.Get("grpc").Port;
        _loop = RunAsync(port, _stop.Token);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _loop.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    private async Task RunAsync(int port, CancellationToken cancellationToken)
    {
        var pause = _firstPause;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await RegisterAsync(port, cancellationToken);
                Volatile.Write(ref _waitingFor, null);
                dynamicConfig.RequestRefresh();
                pause = _firstPause;
                _warnedOf = null;
                LogRegistered(options.Manager.Addr);
                await KeepAliveAsync(cancellationToken);
            }
            catch (Exception failure) when (failure is RpcException or HttpRequestException or IOException or InvalidOperationException)
            {
                var reason = failure is RpcException rpc ? rpc.Status.Detail : failure.Message;
                Volatile.Write(ref _waitingFor, $"manager {options.Manager.Addr}: {reason}");
                SayLost(reason);
            }
            catch (OperationCanceledException)
            {
                // Stopped, or a call was cut: the loop's condition tells.
            }

            await PauseAsync(pause, cancellationToken);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, _longestPause.Ticks));
        }
    }

    /// <summary>Once for each reason, not for each attempt: a manager may be away for days.</summary>
    private void SayLost(string reason)
    {
        if (reason != _warnedOf)
        {
            _warnedOf = reason;
            LogLost(options.Manager.Addr, reason.TrimEnd('.'));
        }
        else
        {
            LogStillLost(options.Manager.Addr, reason);
        }
    }

    private async Task RegisterAsync(int port, CancellationToken cancellationToken)
    {
        // The original's JSON: nanoseconds.
        var interval = options.Manager.KeepAlive.Interval.Ticks * 100;
        var request = new UpdateSchedulerRequest
        {
            SourceType = SourceType.SchedulerSource,
            Hostname = identity.Hostname,
            Ip = identity.Ip.ToString(),
            Port = port,
            SchedulerClusterId = options.Manager.SchedulerClusterID,
            Features = { "schedule", "preheat" },
            Config = ByteString.CopyFrom(Encoding.UTF8.GetBytes($$"""{"manager_keep_alive_interval":{{interval}}}""")),
        };
        if (options.Host.Idc.Length > 0)
        {
            request.Idc = options.Host.Idc;
        }

        if (options.Host.Location.Length > 0)
        {
            request.Location = options.Host.Location;
        }

        using var call = manager.UpdateSchedulerAsync(request, deadline: time.GetUtcNow().UtcDateTime + _callTimeout, cancellationToken: cancellationToken);
        await call.ResponseAsync;
    }

    private async Task KeepAliveAsync(CancellationToken cancellationToken)
    {
        var message = new KeepAliveRequest
        {
            SourceType = SourceType.SchedulerSource,
            Hostname = identity.Hostname,
            Ip = identity.Ip.ToString(),
            ClusterId = options.Manager.SchedulerClusterID,
        };
        using var call = manager.KeepAlive(cancellationToken: cancellationToken);
        while (!call.ResponseAsync.IsCompleted)
        {
            await call.RequestStream.WriteAsync(message, cancellationToken);
            using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(Task.Delay(options.Manager.KeepAlive.Interval, time, wait.Token), call.ResponseAsync);
            await wait.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }

        await call.ResponseAsync;
    }

    private async Task PauseAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        try
        {
            // Between half and all of it: schedulers of one cluster must not return in step.
            await Task.Delay(pause * (0.5 + random.NextDouble() / 2), time, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Registered with manager {Address}.")]
    private partial void LogRegistered(string address);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not registered with manager {Address}: {Reason}. Serving goes on with the last known settings; it is asked again.")]
    private partial void LogLost(string address, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Still not registered with manager {Address}: {Reason}")]
    private partial void LogStillLost(string address, string reason);
}

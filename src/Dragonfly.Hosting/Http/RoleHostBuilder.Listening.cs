// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using Dragonfly.Core.Failures;
using Dragonfly.Hosting.Grpc;
using Dragonfly.Hosting.Tls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Dragonfly.Hosting.Http;

public sealed partial class RoleHostBuilder
{
    private const UnixFileMode SocketMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    private List<(RoleListener Listener, ListenOptions Options)> ConfigureKestrel()
    {
        var bound = new List<(RoleListener, ListenOptions)>();
        _web.WebHost.UseKestrelCore();
        if (_listeners.Any(entry => entry.Listener.Tls is not null))
        {
            _web.WebHost.UseKestrelHttpsConfiguration();
        }

        _web.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.UseDragonflyGrpcLimits();
            foreach (var (listener, _) in _listeners)
            {
                void Configure(ListenOptions options)
                {
                    ConfigureListener(listener, options);
                    bound.Add((listener, options));
                }

                if (listener.SocketPath is { } path)
                {
                    UnixSocketFile.MakeWay(path);
                    kestrel.ListenUnixSocket(path, Configure);
                }
                else
                {
                    kestrel.Listen(listener.Address, listener.Port, Configure);
                }
            }
        });
        return bound;
    }

    private static void ConfigureListener(RoleListener listener, ListenOptions options)
    {
        options.Protocols = listener.Protocol switch
        {
            ListenerProtocol.Grpc => HttpProtocols.Http2,
            ListenerProtocol.Http1 => HttpProtocols.Http1,
            _ => HttpProtocols.Http1AndHttp2,
        };
        var feature = new ListenerFeature(listener.Name);
        options.Use(next => connection =>
        {
            connection.Features.Set(feature);
            return next(connection);
        });
        if (listener.Tls is { } tls)
        {
            options.UseServerTls(tls);
        }

        listener.Configure?.Invoke(options);
    }

    private static string Advice(SocketError error) => error switch
    {
        SocketError.AccessDenied => ". Ports below 1024 need root or the capability CAP_NET_BIND_SERVICE; or set a higher port",
        SocketError.AddressNotAvailable => ". Set an address that this machine has, or none for all",
        _ => "",
    };

    private async Task StartKestrelAsync(WebApplication app, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            throw AddressInUse(exception);
        }
        catch (SocketException exception)
        {
            var where = string.Join(", ", _listeners.Select(entry => $"{entry.Listener.Name} {entry.Listener}"));
            throw new DragonflyException(
                new Failure(FailureKind.Unavailable, FailureSource.Local, $"cannot listen ({where}): {exception.Message}{Advice(exception.SocketErrorCode)}"),
                exception);
        }

        foreach (var (listener, _) in _listeners)
        {
            if (listener.SocketPath is { } path && !OperatingSystem.IsWindows())
            {
                // Connecting needs the right to write: the owner and its group, nobody else.
                File.SetUnixFileMode(path, SocketMode);
            }
        }
    }

    /// <summary>Names every port that is taken and its holder, not only the first that failed.</summary>
    private DragonflyException AddressInUse(IOException exception)
    {
        var taken = _listeners
            .Where(entry => entry.Listener.SocketPath is null && entry.Listener.Port != 0)
            .Select(entry => (entry.Listener, Holder: PortHolder.Find(new IPEndPoint(entry.Listener.Address, entry.Listener.Port))))
            .Where(entry => entry.Holder is not null)
            .Select(entry => $"the {entry.Listener.Name} port {entry.Listener.Port} on {entry.Listener.Address} is held by {entry.Holder}")
            .ToArray();
        var detail = taken.Length > 0
            ? $"{string.Join("; ", taken)}. Stop that program or set another port (0 lets the system choose)"
            : exception.Message;
        return new DragonflyException(new Failure(FailureKind.AlreadyExists, FailureSource.Local, detail), exception);
    }
}

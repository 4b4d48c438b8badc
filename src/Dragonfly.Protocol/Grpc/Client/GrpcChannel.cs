// SPDX-License-Identifier: Apache-2.0

using System.Collections.Concurrent;
using Grpc.Core;

namespace Grpc.Net.Client;

/// <summary>Connections to one server over HTTP/2; thread safe and meant to live long.</summary>
/// <remarks>Connects with the first call and again whenever the server closed the connection (GOAWAY is normal, PROTOCOL
/// §3.2): a call that the server did not take is sent again on the new one.</remarks>
public sealed class GrpcChannel : ChannelBase, IDisposable
{
    private readonly HttpMessageInvoker _invoker;
    private readonly CallInvoker _calls;
    private readonly ConcurrentDictionary<string, Uri> _paths = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _ended = new();
    private readonly Uri _base;

    private GrpcChannel(Uri address, GrpcChannelOptions options)
        : base(address.Authority.Length > 0 ? address.Authority : address.ToString())
    {
        Options = options;
        _base = ChannelTransport.BaseAddress(address);
        _invoker = options.HttpHandler is { } handler
            ? new HttpMessageInvoker(handler, options.DisposeHttpClient)
            : new HttpMessageInvoker(ChannelTransport.CreateHandler(address, options), disposeHandler: true);
        _calls = new GrpcCallInvoker(this);
    }

    internal GrpcChannelOptions Options { get; }

    /// <summary>Fires when the channel is disposed.</summary>
    internal CancellationToken Ended => _ended.Token;

    /// <summary>Opens nothing yet; the first call connects.</summary>
    /// <param name="address"><c>http://host:port</c>, <c>https://host:port</c> or <c>unix:///path</c>.</param>
    public static GrpcChannel ForAddress(string address) => ForAddress(new Uri(address), new GrpcChannelOptions());

    /// <summary>Opens nothing yet; the first call connects.</summary>
    /// <param name="address"><c>http://host:port</c>, <c>https://host:port</c> or <c>unix:///path</c>.</param>
    /// <param name="channelOptions">How the channel behaves.</param>
    public static GrpcChannel ForAddress(string address, GrpcChannelOptions channelOptions) =>
        ForAddress(new Uri(address), channelOptions);

    /// <summary>Opens nothing yet; the first call connects.</summary>
    /// <param name="address"><c>http://host:port</c>, <c>https://host:port</c> or <c>unix:///path</c>.</param>
    public static GrpcChannel ForAddress(Uri address) => ForAddress(address, new GrpcChannelOptions());

    /// <summary>Opens nothing yet; the first call connects.</summary>
    /// <param name="address"><c>http://host:port</c>, <c>https://host:port</c> or <c>unix:///path</c>.</param>
    /// <param name="channelOptions">How the channel behaves; read once, here.</param>
    public static GrpcChannel ForAddress(Uri address, GrpcChannelOptions channelOptions)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(channelOptions);
        return new GrpcChannel(address, channelOptions);
    }

    /// <inheritdoc/>
    public override CallInvoker CreateCallInvoker() => _calls;

    /// <summary>Cancels calls in flight and closes the connections.</summary>
    public void Dispose()
    {
        if (!_ended.IsCancellationRequested)
        {
            _ended.Cancel();
            _invoker.Dispose();
        }
    }

    internal Uri AddressOf(IMethod method) =>
        _paths.TryGetValue(method.FullName, out var uri)
            ? uri
            : _paths.GetOrAdd(method.FullName, static (path, start) => new Uri(start, path), _base);

    internal Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _invoker.SendAsync(request, cancellationToken);

    /// <inheritdoc/>
    protected override Task ShutdownAsyncCore()
    {
        Dispose();
        return Task.CompletedTask;
    }
}

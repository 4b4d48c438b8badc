// SPDX-License-Identifier: Apache-2.0

using System.Reflection;
using Dragonfly.Protocol.Validation;
using Google.Protobuf;
using Grpc.Core;

namespace Dragonfly.Hosting.Grpc;

/// <summary>The check of one request message against the protocol's rules.</summary>
internal static class RequestRules
{
    private static readonly MethodInfo EnforceMethod =
        typeof(RequestRules).GetMethod(nameof(Enforce), BindingFlags.Static | BindingFlags.NonPublic)!;

    /// <summary>The check, or null when the server does not ask for one or the request is no protobuf message.</summary>
    public static Action<TRequest>? For<TRequest>(GrpcServerOptions options)
        where TRequest : class =>
        options.ValidateRequests && typeof(IMessage).IsAssignableFrom(typeof(TRequest))
            ? EnforceMethod.MakeGenericMethod(typeof(TRequest)).CreateDelegate<Action<TRequest>>()
            : null;

    private static void Enforce<TMessage>(TMessage message)
        where TMessage : class, IMessage<TMessage>, new()
    {
        if (MessageRules<TMessage>.FindViolation(message) is { } violation)
        {
            throw new RpcException(new Status(
                StatusCode.InvalidArgument,
                $"invalid {message.Descriptor.FullName}: {violation}"));
        }
    }
}

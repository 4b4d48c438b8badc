// SPDX-License-Identifier: Apache-2.0

namespace Grpc.Core;

/// <summary>Methods of one service together with their handlers.</summary>
public class ServerServiceDefinition
{
    private readonly IReadOnlyList<Action<ServiceBinderBase>> _methods;

    private ServerServiceDefinition(IReadOnlyList<Action<ServiceBinderBase>> methods) => _methods = methods;

    /// <summary>Starts an empty definition.</summary>
    public static Builder CreateBuilder() => new();

    /// <summary>Hands every method to a binder.</summary>
    internal void BindService(ServiceBinderBase binder)
    {
        foreach (var method in _methods)
        {
            method(binder);
        }
    }

    /// <summary>Collects methods.</summary>
    public sealed class Builder
    {
        private readonly List<Action<ServiceBinderBase>> _methods = [];

        internal Builder()
        {
        }

        /// <summary>Adds a method.</summary>
        public Builder AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method,
            UnaryServerMethod<TRequest, TResponse>? handler)
            where TRequest : class
            where TResponse : class
        {
            _methods.Add(binder => binder.AddMethod(method, handler));
            return this;
        }

        /// <summary>Adds a method.</summary>
        public Builder AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method,
            ClientStreamingServerMethod<TRequest, TResponse>? handler)
            where TRequest : class
            where TResponse : class
        {
            _methods.Add(binder => binder.AddMethod(method, handler));
            return this;
        }

        /// <summary>Adds a method.</summary>
        public Builder AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method,
            ServerStreamingServerMethod<TRequest, TResponse>? handler)
            where TRequest : class
            where TResponse : class
        {
            _methods.Add(binder => binder.AddMethod(method, handler));
            return this;
        }

        /// <summary>Adds a method.</summary>
        public Builder AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method,
            DuplexStreamingServerMethod<TRequest, TResponse>? handler)
            where TRequest : class
            where TResponse : class
        {
            _methods.Add(binder => binder.AddMethod(method, handler));
            return this;
        }

        /// <summary>Ends the definition.</summary>
        public ServerServiceDefinition Build() => new([.. _methods]);
    }
}

// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Dragonfly.Hosting.Grpc;

/// <summary>Route constraint: the request is a gRPC call, so that the route for unknown methods takes nothing from REST.</summary>
internal sealed class GrpcContentConstraint : IRouteConstraint
{
    public bool Match(
        HttpContext? httpContext,
        IRouter? route,
        string routeKey,
        RouteValueDictionary values,
        RouteDirection routeDirection) =>
        httpContext is not null && ServerMethod.IsGrpc(httpContext.Request.ContentType);
}

/**
 * A web application that signs users in with WeChat, on one machine or as a cluster.
 *
 * <ul>
 *   <li>{@link io.github.wxtoken.examples.boot.Application}: the application; run it.
 *   <li>{@link io.github.wxtoken.examples.boot.SecurityConfiguration}: who may open which page, and
 *       the headers.
 *   <li>{@link io.github.wxtoken.examples.boot.PagesController}: home, profile, share, operators.
 *   <li>{@link io.github.wxtoken.examples.boot.MetersController}: what a node has done, as JSON.
 *   <li>{@link io.github.wxtoken.examples.boot.NodeReport}: that JSON.
 *   <li>{@link io.github.wxtoken.examples.boot.ClusterSessions}: sessions in Redis, for a cluster.
 *   <li>{@link io.github.wxtoken.examples.boot.DemoController}: makes tokens expire, for a demo.
 *   <li>{@link io.github.wxtoken.examples.boot.Simulator}: calls of the simulated WeChat.
 *   <li>{@link io.github.wxtoken.examples.boot.SimulatedTime}: the time of a simulator elsewhere.
 *   <li>{@link io.github.wxtoken.examples.boot.Cluster}: some nodes, a simulator and a load
 *       balancer; run it.
 *   <li>{@link io.github.wxtoken.examples.boot.NodeProcess}: one node of it.
 *   <li>{@link io.github.wxtoken.examples.boot.LoadBalancer}: the public address of it.
 * </ul>
 */
@NullMarked
package io.github.wxtoken.examples.boot;

import org.jspecify.annotations.NullMarked;

/**
 * Runnable examples. {@link io.github.wxtoken.examples.WebApp} shows how a web application uses
 * wxtoken, {@link io.github.wxtoken.examples.ClusterDemo} runs several processes of it against a
 * simulator of WeChat and checks wxtoken's guarantees, and {@link
 * io.github.wxtoken.examples.PlainConstructor} is the smallest program.
 */
@NullMarked
package io.github.wxtoken.examples;

import org.jspecify.annotations.NullMarked;

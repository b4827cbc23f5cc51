/**
 * Tests of Spring Boot applications without WeChat: {@link
 * io.github.wxtoken.boot.test.AutoConfigureWeChatSimulator} starts a simulator in a test's
 * application, and {@link io.github.wxtoken.boot.test.WeChatMockMvc} signs users in.
 */
@NullMarked
package io.github.wxtoken.boot.test;

import org.jspecify.annotations.NullMarked;

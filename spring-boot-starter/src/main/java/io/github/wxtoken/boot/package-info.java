/**
 * Auto-configuration of wxtoken for Spring Boot 3.5 and 4.x: a {@link
 * io.github.wxtoken.WeChatOAuth} from the properties {@code wxtoken.…} and a {@link
 * io.github.wxtoken.store.TokenStore} from a URL or from what the application has.
 *
 * <p>One jar serves both lines of Spring Boot. Classes that moved between them are referred to by
 * name where only the order of auto-configurations depends on them; {@link
 * io.github.wxtoken.boot.WeChatHealthAutoConfiguration} has one class for each line.
 */
@NullMarked
package io.github.wxtoken.boot;

import org.jspecify.annotations.NullMarked;

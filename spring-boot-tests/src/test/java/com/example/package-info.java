/**
 * An application as docs/spring-boot.md shows it: {@link com.example.DemoApplication} and {@link
 * com.example.ProfileTest}, the test of the page. Spring Boot 4 has the class of {@code
 * AutoConfigureMockMvc} in another package, so it runs on 3.5 alone.
 */
@NullMarked
package com.example;

import org.jspecify.annotations.NullMarked;
